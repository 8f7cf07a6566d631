"""Programs newer than the machine's: the system's where it is new enough, else Debian's own, unpacked beside the state."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.doors import tools
from muhtar.doors.tools import RESTIC_WANTED, system_restic


def fake(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'restic {version} compiled with go1.24 on linux/amd64'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "taken"), [("0.18.0", True), ("0.19.1", True), ("1.0.0", True), ("0.14.0", False), ("?", False)]
)
def test_the_systems_is_taken_if_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, taken: bool) -> None:
    path = fake(tmp_path / "restic", version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert system_restic() == (path if taken else None)


def test_one_that_was_fetched_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setattr(tools, "system_restic", lambda: None)
    monkeypatch.setattr(tools, "_fetch", lambda: fake(tmp_path / "tools" / "restic", ".".join(map(str, RESTIC_WANTED))))
    first = tools.restic_binary()
    monkeypatch.setattr(tools, "_fetch", lambda: pytest.fail("fetched twice"))
    assert tools.restic_binary() == first == tmp_path / "tools" / "restic"
