"""Second copies and checks while something is broken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muhtar.backup.check import check
from muhtar.backup.copy import copy
from muhtar.backup.plan import Plan
from muhtar.backup.run import run
from muhtar.backup.stores import Store, stores
from muhtar.doors import process, tools
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import ROOT
from tests.support.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

QUIET = NoProgress()
BIG = "/var/www/care-test-big"


@contextmanager
def stopped(lab: Lab, host: str) -> Iterator[None]:
    lab.inside(host, "systemctl", "stop", "restic-rest-server")
    try:
        yield
    finally:
        lab.inside(host, "systemctl", "start", "restic-rest-server")


def second(lab: Lab) -> Store:
    return stores(Plan.make(lab.site, "web1"), "second")[0]


def sound(lab: Lab, store: Store) -> None:
    environment = store.here().repository.environment(lab.ca_file)
    process.run([tools.restic_binary(), "check", "--read-data", "--no-lock", "--no-cache"], env=environment, timeout=120)


def test_a_second_server_that_is_down_leaves_copy_and_check_unchecked(lab: Lab) -> None:
    assert run(lab.site, limit="web1", progress=QUIET).build().exit_code == 0
    with stopped(lab, "bak2"):
        copied = copy(lab.site, limit="web1", progress=QUIET).build()
        read = check(lab.site, limit="web1", progress=QUIET).build()
    assert copied.exit_code == read.exit_code == 3
    assert {outcome.subject: outcome.status for outcome in read.outcomes} == {"main": Status.OK, "far": Status.UNCHECKED}
    assert copy(lab.site, limit="web1", progress=QUIET).build().exit_code == 0


def test_a_copy_that_is_killed_leaves_a_sound_repository_and_the_next_one_goes_through(lab: Lab) -> None:
    assert copy(lab.site, limit="web1", progress=QUIET).build().exit_code == 0
    before = {shot.id for shot in second(lab).here().snapshots()}
    lab.inside("web1", "dd", "if=/dev/urandom", f"of={BIG}", "bs=1M", "count=300")
    try:
        assert run(lab.site, limit="web1", only="content", progress=QUIET).build().exit_code == 0
        argv = [sys.executable, "-m", "muhtar", "backup.copy", "--limit", "web1"]
        child = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        killed = wait_for_restic(child)
        for pid in (child.pid, *killed):
            os.kill(pid, signal.SIGKILL)
        child.wait()
        assert {shot.id for shot in second(lab).here().snapshots()} == before
        sound(lab, second(lab))
        report = copy(lab.site, limit="web1", progress=QUIET).build()
        assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]
        sound(lab, second(lab))
    finally:
        lab.inside("web1", "rm", "-f", BIG)


def wait_for_restic(child: subprocess.Popen[bytes]) -> list[int]:
    """The processes of a `restic copy` that `child` began, once it has had a moment to write."""
    deadline = time.monotonic() + 60
    while True:
        assert child.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        below = descendants(child.pid)
        if any(b"\0copy\0" in command for command in below.values()):
            time.sleep(1)
            return list(descendants(child.pid))
        time.sleep(0.05)


def descendants(pid: int) -> dict[int, bytes]:
    """Process → its command line, of all below `pid`."""
    listed = process.run(["ps", "-eo", "pid=,ppid="]).stdout.split()
    parents = {int(one): int(parent) for one, parent in zip(listed[::2], listed[1::2], strict=True)}
    found: dict[int, bytes] = {}
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for one in [one for one, above in parents.items() if above == parent]:
            waiting.append(one)
            try:
                found[one] = Path(f"/proc/{one}/cmdline").read_bytes()
            except OSError:
                continue
    return found
