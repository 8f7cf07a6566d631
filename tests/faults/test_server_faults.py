"""Servers that cannot be looked at, or not mended: each has its status, and the others of the run are checked all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lab.answers import wait_for
from lab.links import pid
from lab.podman import podman
from muhtar.doors.playbook import run as door
from muhtar.doors.process import run
from muhtar.drift import servers
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

SICK, WELL = "web1", "db1"
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"
PAGES = "/var/www"


@contextmanager
def broken(lab: Lab, do: str, undo: str) -> Iterator[None]:
    """The sick host, with a shell line run on it as root, and another one afterwards."""
    lab.inside(SICK, "bash", "-c", do)
    try:
        yield
    finally:
        lab.inside(SICK, "bash", "-c", undo)


def looked(lab: Lab, progress: NoProgress | None = None) -> dict[tuple[str, str], Outcome]:
    """A full check of both hosts: outcomes by host and check. The host that is well must be whole, whatever the other does."""
    report = servers.check(
        lab.site, limit=f"{SICK},{WELL}", full=True, progress=progress or NoProgress(), inventory=lab.inventory
    ).build()
    found = {(outcome.target, outcome.check): outcome for outcome in report.outcomes}
    assert found[WELL, "drift.servers"].status is Status.OK
    assert found[WELL, "drift.unmanaged"].status is Status.OK
    assert report.exit_code == 3
    return found


def unchecked(found: dict[tuple[str, str], Outcome]) -> str:
    """Neither check says anything of the sick host; returns why."""
    assert {outcome.status for (target, _), outcome in found.items() if target == SICK} == {Status.UNCHECKED}
    return found[SICK, "drift.servers"].summary


def disconnect(lab: Lab) -> None:
    """No connection of an earlier check must be used again."""
    lab.inside(SICK, "bash", "-c", "pkill -f '^sshd: muhtar' || true")


def test_a_host_that_takes_connections_and_hangs(lab: Lab) -> None:
    disconnect(lab)
    with broken(lab, "pkill -STOP sshd", "pkill -CONT sshd"):
        assert "hangs" in unchecked(looked(lab))


def test_a_host_without_python(lab: Lab) -> None:
    disconnect(lab)
    with broken(lab, "mv /usr/bin/python3 /root/python3", "mv /root/python3 /usr/bin/python3"):
        assert "no Python" in unchecked(looked(lab))


def test_a_host_that_answers_with_another_host_key(lab: Lab) -> None:
    disconnect(lab)
    do = (
        f"mkdir /root/kept && mv {HOST_KEY}* /root/kept/ && ssh-keygen -q -t ed25519 -N '' -f {HOST_KEY} && systemctl restart ssh"
    )
    undo = "mv /root/kept/* /etc/ssh/ && rmdir /root/kept && systemctl restart ssh"
    with broken(lab, do, undo):
        assert "another SSH host key" in unchecked(looked(lab))


def test_a_command_that_never_comes_back_is_told_of_its_host_alone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "CHECK_TASK_SECONDS", 15)
    tool = "/usr/bin/dpkg-query"
    do = f"mv {tool} {tool}.kept && printf '#!/bin/sh\\nexec sleep 600\\n' >{tool} && chmod 755 {tool}"
    with broken(lab, do, f"mv {tool}.kept {tool}; pkill -x sleep || true"):
        found = looked(lab)
    assert found[SICK, "drift.servers"].status is Status.UNCHECKED
    assert "never came back" in found[SICK, "drift.servers"].summary
    assert found[SICK, "drift.unmanaged"].status is Status.OK, "the survey was through before"


class Once(NoProgress):
    """Does something when the sick host's roles have begun."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.done = threading.Event()

    def activity(self, host: str, text: str) -> None:
        if host == SICK and text.startswith("base: ") and not self.done.is_set():
            self.done.set()
            self.act()


def test_a_host_that_dies_in_the_middle_of_its_check(lab: Lab) -> None:
    container = lab.context.container(lab.context.topology.host(SICK))
    progress = Once(lambda: podman("kill", container))
    try:
        found = looked(lab, progress)
    finally:
        podman("start", container)
        wait_for(lab.context, lab.context.topology.host(SICK), patience=60)
    assert progress.done.is_set()
    assert found[SICK, "drift.servers"].status is Status.UNCHECKED
    assert "did not answer" in found[SICK, "drift.servers"].summary


def test_a_full_disk_is_drift_that_cannot_be_mended(lab: Lab) -> None:
    """A look needs no space. What is missing on the full disk is a finding, and putting it there an error that says why."""
    view = ["nsenter", "--target", str(pid(lab.context, lab.context.topology.host(SICK))), "--mount", "--pid"]
    run([*view, "mount", "-t", "tmpfs", "-o", "size=16k,mode=755", "full-disk", PAGES])
    try:
        run([*view, "dd", "if=/dev/zero", f"of={PAGES}/.full", "bs=4k"], check=False)
        report = servers.check(lab.site, limit=SICK, progress=NoProgress(), inventory=lab.inventory).build()
        assert Status.FINDING in {outcome.status for outcome in report.outcomes}
        assert report.exit_code == 2
        mended = servers.mend(lab.site, limit=SICK, progress=NoProgress(), inventory=lab.inventory).build()
    finally:
        run([*view, "umount", "--lazy", PAGES])
    assert mended.exit_code == 1
    (error,) = [outcome for outcome in mended.outcomes if outcome.status is Status.ERROR]
    assert "No space left on device" in f"{error.summary} {error.found}"
    assert {outcome.status for outcome in mended.outcomes if outcome.check == "drift.unmanaged"} == {Status.UNCHECKED}


def test_afterwards_it_is_clean_again(lab: Lab) -> None:
    report = servers.check(lab.site, limit=SICK, progress=NoProgress(), inventory=lab.inventory).build()
    assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]
