"""What the demo does on a machine without containers: it needs loopback and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.demo.modest import tell
from muhtar.progress import NoProgress


def test_everything_that_needs_no_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    said = tell(NoProgress())
    assert [line.partition(":")[0] for line in said] == ["inventory", "network", "drift", "licenses", "report"]
    page = tmp_path / "reports" / "lab" / "demo-modest.html"
    assert "antivirus-servers" in page.read_text("utf-8")
    # Its overlay, keys and all, lived in a folder of its own.
    assert not (tmp_path / "sites").exists()
