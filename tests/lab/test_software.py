"""software.changes on a real server: a small package is installed and removed by hand, and both are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.outcome import Outcome
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.software import report as workflow
from muhtar.software import state
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

PACKAGE = "hello"


def look(lab: Lab) -> tuple[Outcome, Report]:
    report = workflow.report(lab.site, limit="web1", progress=NoProgress()).build()
    (found,) = report.outcomes
    return found, report


@pytest.fixture
def known_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test sees is not kept among what the lab's own looks saw."""
    monkeypatch.setattr(state, "home", lambda: tmp_path)


@pytest.fixture
def clean(lab: Lab) -> Iterator[None]:
    """The package is not there, before and after."""
    gone = f"sudo apt-get purge -y -q {PACKAGE}"
    lab.ssh("web1", gone)
    yield
    lab.ssh("web1", gone)


@pytest.mark.usefixtures("clean", "known_apart")
def test_a_package_that_somebody_installs_and_removes_is_told_each_time(lab: Lab) -> None:
    found, report = look(lab)
    assert found.summary.startswith("first look, ")
    assert report.notes == ()
    lab.ssh("web1", f"sudo apt-get update -q && sudo apt-get install -y -q {PACKAGE}", timeout=300)
    found, report = look(lab)
    assert found.summary.startswith("1 installed since ")
    assert "by muhtar" in (found.found or "")
    (note,) = report.notes
    assert note.startswith("installed on web1 (")
    assert f": {PACKAGE}:" in note
    lab.ssh("web1", f"sudo apt-get remove -y -q {PACKAGE}")
    found, report = look(lab)
    assert found.summary.startswith("1 removed since ")
    found, report = look(lab)
    assert found.summary.startswith("no change since ")
    assert report.notes == ()
