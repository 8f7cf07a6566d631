"""The history of real routers (FRR) and simulated switches: restic gives back what the device gave, git has no secret."""

from __future__ import annotations

import base64
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.backup.restore import prepare
from muhtar.network import unsaved
from muhtar.network.history.backup import run
from muhtar.network.history.keep import repository
from muhtar.network.history.look import log, show
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

QUIET = NoProgress()
ROUTER = "r3"
# As the user of our sessions: root's vtysh also prints a line of vtysh.conf, which nobody else may read.
RUNNING = "runuser -u muhtar -- vtysh -c 'show running-config no-header'"
STARTUP = "cat /etc/frr/frr.conf"
# "Müdürlüğü" as an old terminal sends it: Latin-5, Latin-1 but for the ğ.
TURKISH = "Müdürlüğü"
OCTETS = "".join(f"\\{byte:03o}" for byte in TURKISH.encode("iso8859-9"))
SECRET = f"Canary-{secrets.token_hex(8)}"


def backed_up(lab: Lab, limit: str = "network") -> Report:
    return run(lab.site, limit=limit, progress=QUIET).build()


def statuses(report: Report, check: str) -> dict[str, Status]:
    return {outcome.target: outcome.status for outcome in report.outcomes if outcome.check == check}


def octets(lab: Lab, command: str) -> bytes:
    """What a command prints in the router's container, past every driver of ours."""
    return base64.b64decode(lab.inside(ROUTER, "sh", "-c", f"{command} | base64 -w0").stdout)


def configure(lab: Lab, *lines: str) -> None:
    """Type lines into the router, octal escapes and all, as somebody at its console would."""
    words = " ".join(f"-c \"$(printf '{line}')\"" for line in ("configure terminal", *lines))
    lab.inside(ROUTER, "sh", "-c", f"vtysh {words}")


@pytest.fixture(scope="module")
def edited(lab: Lab) -> Iterator[Report]:
    """A router that somebody changed by hand, saved, and that was then backed up."""
    backed_up(lab)
    begin, end = (
        ("interface to-r1", f"description {OCTETS}"),
        ("exit", "router bgp 65003", f"neighbor 10.0.13.1 password {SECRET}"),
    )
    lab.inside(ROUTER, "cp", "-p", "/etc/frr/frr.conf", "/etc/frr/frr.conf.before")
    try:
        configure(lab, *begin, *end)
        lab.inside(ROUTER, "vtysh", "-c", "write memory")
        yield backed_up(lab)
    finally:
        configure(lab, begin[0], "description link to r1", *end[:2], "no neighbor 10.0.13.1 password")
        lab.inside(ROUTER, "sh", "-c", "cat /etc/frr/frr.conf.before > /etc/frr/frr.conf && rm /etc/frr/frr.conf.before")
        backed_up(lab)


def test_devices_of_all_kinds_are_kept_in_one_run(edited: Report) -> None:
    for check in ("network.history", "backup.snapshot", "network.unsaved"):
        assert statuses(edited, check) == dict.fromkeys(("r1", "r2", "r3", "sw1", "sw2", "sw3"), Status.OK), check


@pytest.mark.usefixtures("edited")
def test_restic_gives_back_the_bytes_that_the_router_gave(lab: Lab, tmp_path: Path) -> None:
    report = prepare(lab.site, ROUTER, tmp_path / "out", source="config").apply(QUIET).build()
    assert report.exit_code == 0
    restored = {path.name: path.read_bytes() for path in (tmp_path / "out" / "config").iterdir()}
    assert restored == {"running-config": octets(lab, RUNNING), "startup-config": octets(lab, STARTUP)}
    assert TURKISH.encode("iso8859-9") in restored["running-config"]
    assert SECRET.encode() in restored["running-config"]


@pytest.mark.usefixtures("edited")
def test_git_has_the_change_and_not_the_secret(lab: Lab) -> None:
    text = show(lab.site, ROUTER)
    assert f"description {TURKISH}" in text
    assert "neighbor 10.0.13.1 password <removed:" in text
    everything = subprocess.run(
        ["git", f"--git-dir={repository().path}", "cat-file", "--batch-all-objects", "--batch"], capture_output=True, check=True
    ).stdout
    assert TURKISH.encode() in everything
    assert SECRET.encode() not in everything
    newest, before, *_ = log(lab.site, ROUTER)
    assert newest.what == "+2 -1 lines"
    assert SECRET not in show(lab.site, ROUTER, at=before.time)
    assert f"description {TURKISH}" not in show(lab.site, ROUTER, at=before.time)


@pytest.mark.usefixtures("edited")
def test_nothing_is_committed_when_nothing_changed(lab: Lab) -> None:
    before = len(log(lab.site, ROUTER))
    report = backed_up(lab)
    assert {o.summary for o in report.outcomes if o.check == "network.history"} == {"unchanged since the last time"}
    assert len(log(lab.site, ROUTER)) == before


def test_a_change_that_nobody_saved_is_a_finding(lab: Lab) -> None:
    configure(lab, "ip route 203.0.113.0/24 Null0")
    try:
        (found,) = unsaved.check(lab.site, limit=ROUTER, progress=QUIET).build().outcomes
    finally:
        configure(lab, "no ip route 203.0.113.0/24 Null0")
    assert found.status is Status.FINDING
    assert "+ip route 203.0.113.0/24 Null0" in str(found.diff)
    (found,) = unsaved.check(lab.site, limit=ROUTER, progress=QUIET).build().outcomes
    assert found.status is Status.OK


def test_a_router_that_does_not_answer_is_unchecked_and_the_others_are_kept(lab: Lab) -> None:
    backed_up(lab)
    good = show(lab.site, ROUTER)
    lab.inside(ROUTER, "systemctl", "stop", "ssh")
    try:
        report = backed_up(lab, "r1,r3")
    finally:
        lab.inside(ROUTER, "systemctl", "start", "ssh")
    for check in ("network.history", "backup.snapshot", "network.unsaved"):
        assert statuses(report, check) == {"r1": Status.OK, ROUTER: Status.UNCHECKED}
    assert report.exit_code == 3
    assert show(lab.site, ROUTER) == good
