"""Podman's settings: the mildest that start a container are kept, none are forced where the defaults do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.program import Program

from lab import podman, requirements
from lab.town import Town
from muhtar.cli.doctor import doctor
from muhtar.doors.process import Completed
from muhtar.errors import DoorError


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine on which a container starts only if its configuration holds every word of the returned list."""
    wanted: list[str] = []
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.delenv("CONTAINERS_CONF", raising=False)
    monkeypatch.setattr(podman, "_try", lambda conf: "" if all(word in conf for word in wanted) else f"needs {wanted}")
    monkeypatch.setattr(podman, "run", lambda *_, **__: Completed((), 0, "podman version 4.3.1\n", "", 0.0))
    podman.probe.cache_clear()
    yield wanted
    podman.probe.cache_clear()


def test_defaults_that_work_are_left_alone(machine: list[str]) -> None:
    assert podman.probe().settings == "the defaults"
    assert podman.environment() == {}
    assert not podman.conf_path().exists()


def test_only_what_is_needed_is_set(machine: list[str]) -> None:
    machine.append("nofile")
    assert podman.environment() == {"CONTAINERS_CONF": str(podman.conf_path())}
    assert "runc" not in podman.conf_path().read_text(encoding="utf-8")


def test_the_last_resort_has_everything(machine: list[str]) -> None:
    machine.extend(["nofile", "runc", "cgroupfs"])
    assert podman.probe().works


def test_a_machine_without_a_way_says_why(machine: list[str]) -> None:
    machine.append("a kernel of another age")
    with pytest.raises(DoorError, match="starts no container here: needs"):
        podman.environment()


def test_what_was_found_is_remembered(machine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    machine.append("nofile")
    podman.probe()
    podman.probe.cache_clear()
    monkeypatch.setattr(podman, "_try", lambda conf: pytest.fail("probed again"))
    assert podman.probe().settings == "lower limits"
    # Somebody removed the file: what is remembered no longer holds.
    podman.conf_path().unlink()
    podman.probe.cache_clear()
    monkeypatch.setattr(podman, "_try", lambda conf: "")
    assert podman.probe().settings == "the defaults"


def test_a_machine_without_podman_has_nothing_to_take_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo takes down what an earlier run left, before it installs what this machine lacks."""
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not podman.installed()
    assert Town().down() == 0


def settings_after_doctor() -> str | None:
    """What `./inv doctor` found containers to start with here, as it remembers it."""
    with pytest.raises(SystemExit):
        Program(name="inv", namespace=Collection(doctor)).run(["inv", "doctor"])
    kept = podman.home() / "podman.json"
    return str(json.loads(kept.read_text(encoding="utf-8"))["settings"]) if kept.exists() else None


def test_doctor_believes_nothing_that_was_found_before(machine: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert settings_after_doctor() == "the defaults"
    machine.append("nofile")
    assert settings_after_doctor() == "lower limits"
    machine.append("a kernel of another age")
    assert settings_after_doctor() is None
    assert "none starts" in " ".join(capsys.readouterr().out.split())
    machine.clear()
    assert settings_after_doctor() == "the defaults"
    assert not podman.conf_path().exists()


def test_whoever_only_needs_the_lab_trusts_what_was_found(machine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    podman.probe()
    podman.probe.cache_clear()
    monkeypatch.setattr(podman, "_try", lambda conf: pytest.fail("probed again"))
    assert {finding.name: finding.status for finding in requirements.examine()}["containers"] == "ok"
