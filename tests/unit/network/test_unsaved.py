"""A change that nobody saved is a finding; one that says nothing is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.errors import UnreachableError
from muhtar.inventory import Target
from muhtar.network import unsaved
from muhtar.network.history.take import Taken
from muhtar.outcome import Outcome, Status
from muhtar.settings import Site
from nornir_tasks.get_configs import Configs
from nornir_tasks.whole import IncompleteConfigError

RUNNING = b"hostname r1\n!\nsnmp-server community gizli-topluluk ro\nend\n"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))


def judged(taken: Taken, platform: str = "eos") -> Outcome:
    return unsaved.outcome(Site("lab"), Target("r1", ("network",), {"muhtar_platform": platform}), taken)


def test_what_runs_is_saved_although_headers_and_comments_differ() -> None:
    startup = b"! Command: show startup-config\n! Startup-config last modified at 10:00 by x\n!\n!\n" + RUNNING
    assert judged(Taken(Configs(b"! Command: show running-config\n" + RUNNING, startup))).status is Status.OK


def test_a_line_that_was_not_saved_is_a_finding_with_the_diff() -> None:
    found = judged(Taken(Configs(RUNNING.replace(b"!\n", b"vlan 7\n"), RUNNING)))
    assert found.status is Status.FINDING
    assert "+vlan 7" in str(found.diff)
    assert found.summary == "1 line would be lost or come back with the next start"
    assert "network.apply --limit r1" in str(found.mend)


def test_an_unsaved_password_is_a_finding_that_does_not_show_it() -> None:
    found = judged(Taken(Configs(RUNNING.replace(b"gizli", b"baska"), RUNNING)))
    assert found.status is Status.FINDING
    assert "topluluk" not in found.model_dump_json()


@pytest.mark.parametrize("startup", [b"", b" \n", None])
def test_a_device_that_saved_nothing_is_a_finding(startup: bytes | None) -> None:
    assert "nothing is saved" in judged(Taken(Configs(RUNNING, startup))).summary


def test_a_platform_that_has_nothing_to_save_is_ok() -> None:
    assert judged(Taken(Configs(b"}\n")), "junos").status is Status.OK


def test_nobody_looked_and_half_a_look() -> None:
    assert judged(Taken(error=UnreachableError("gone"))).status is Status.UNCHECKED
    assert judged(Taken(error=IncompleteConfigError("half"))).status is Status.ERROR
    assert judged(Taken(Configs(RUNNING), startup_error=IncompleteConfigError("half"))).status is Status.ERROR
    assert judged(Taken()).status is Status.ERROR
