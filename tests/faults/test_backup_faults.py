"""Backups while something is broken: nobody is told that all is well, and the next run goes through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lab.faults.full_disk import FullDisk
from lab.faults.stale_lock import StaleLock
from muhtar.backup.age import ages
from muhtar.backup.drill.run import drill
from muhtar.backup.plan import Plan
from muhtar.backup.run import run
from muhtar.doors import process, tools
from muhtar.history import History
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import ROOT
from tests.support.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

QUIET = NoProgress()
# More than restic sends before we look.
BIG = "/var/www/backup-test-big"
BIG_MIB = 200
# The source that it is part of, and who keeps it.
CONTENT = "content"
SERVER = "restic-rest-server"


def backed_up(lab: Lab, limit: str, only: str | None = None) -> Report:
    return run(lab.site, limit=limit, only=only, progress=QUIET).build()


@contextmanager
def stopped(lab: Lab, host: str, *services: str) -> Iterator[None]:
    lab.inside(host, "systemctl", "stop", *services)
    try:
        yield
    finally:
        lab.inside(host, "systemctl", "start", *services)


def test_a_server_that_is_down_leaves_all_unchecked_and_soon(lab: Lab) -> None:
    started = time.monotonic()
    with stopped(lab, "bak1", SERVER):
        taken = backed_up(lab, "web1:r1")
        asked = ages(lab.site, limit="web1:r1", progress=QUIET).build()
    assert time.monotonic() - started < 150
    for report in (taken, asked):
        assert report.exit_code == 3
        kept = [outcome for outcome in report.outcomes if outcome.check in {"backup.snapshot", "backup.age"}]
        assert {outcome.target for outcome in kept} == {"web1", "r1"}
        assert {outcome.status for outcome in kept} == {Status.UNCHECKED}
        assert all("repository server does not answer" in outcome.summary for outcome in kept)
    # The history is on this machine and needs no server.
    assert {outcome.status for outcome in taken.outcomes if outcome.check == "network.history"} == {Status.OK}
    assert backed_up(lab, "web1:r1").exit_code == 0


def test_a_host_that_does_not_answer_is_unchecked_and_the_others_are_backed_up(lab: Lab) -> None:
    with stopped(lab, "web1", "ssh"):
        report = backed_up(lab, "web1:r1")
    assert {(outcome.target, outcome.status) for outcome in report.outcomes} == {
        ("web1", Status.UNCHECKED),
        ("r1", Status.OK),
    }
    assert report.exit_code == 3


def test_a_dump_of_a_stopped_database_is_an_error_and_its_files_are_backed_up(lab: Lab) -> None:
    with stopped(lab, "db1", "postgresql@15-main"):
        report = backed_up(lab, "db1")
    assert {outcome.subject: outcome.status for outcome in report.outcomes} == {
        "databases": Status.ERROR,
        "settings": Status.OK,
    }
    assert report.exit_code == 1


def test_a_run_that_is_killed_loses_nothing_and_the_next_one_goes_through(lab: Lab) -> None:
    assert backed_up(lab, "web1").exit_code == 0
    known, recorded = snapshots(lab), recorded_reports()
    lab.inside("web1", "dd", "if=/dev/urandom", f"of={BIG}", "bs=1M", f"count={BIG_MIB}")
    try:
        with backing_up("web1", CONTENT) as child:
            wait(lambda: restic_writes(lab), "the backup began")
            assert child.poll() is None
        assert child.returncode == -signal.SIGKILL
        wait(lambda: not restic_writes(lab), "the host's end of it noticed")
        assert snapshots(lab) == known, "half a snapshot is none, and no other one is gone"
        assert recorded_reports() == recorded
        check_repository(lab)
        assert backed_up(lab, "web1").exit_code == 0
    finally:
        lab.inside("web1", "rm", "-f", BIG)
        # The dead one's lock keeps no backup waiting, but who prunes would wait for half an hour.
        StaleLock().mend(lab.context, "web1")
    assert snapshots(lab) > known
    check_repository(lab)
    assert backed_up(lab, "web1", CONTENT).exit_code == 0
    assert drill(lab.site, limit="web1", progress=QUIET).report.build().exit_code == 0


@pytest.mark.parametrize("how", ["stopped for a while", "killed"])
def test_a_server_that_goes_in_the_middle_is_waited_for_and_loses_nothing(lab: Lab, how: str) -> None:
    known = snapshots(lab)
    lab.inside("web1", "dd", "if=/dev/urandom", f"of={BIG}", "bs=1M", f"count={BIG_MIB}")
    try:
        with backing_up("web1", CONTENT) as child:
            wait(lambda: restic_writes(lab), "the backup began")
            if how == "killed":
                # systemd starts it again, as after a crash.
                lab.inside("bak1", "systemctl", "kill", "--signal=SIGKILL", SERVER)
                wait(lambda: lab.inside("bak1", "systemctl", "is-active", SERVER, check=False).returncode == 0, "it is back")
            else:
                with stopped(lab, "bak1", SERVER):
                    time.sleep(5)
                    assert child.poll() is None, "it is being waited for"
            assert child.wait(300) == 0
    finally:
        lab.inside("web1", "rm", "-f", BIG)
    assert len(snapshots(lab) - known) == 1
    check_repository(lab)


def test_a_server_whose_disk_is_not_mounted_is_no_new_repository(lab: Lab) -> None:
    assert backed_up(lab, "web1").exit_code == 0
    known = snapshots(lab)
    disk = FullDisk()
    disk.inject(lab.context, "bak1")
    try:
        report = backed_up(lab, "web1")
        assert {outcome.status for outcome in report.outcomes} == {Status.FINDING}
        assert all("is gone; it was there since" in outcome.summary for outcome in report.outcomes)
    finally:
        disk.mend(lab.context, "bak1")
    assert snapshots(lab) == known


def test_a_full_disk_of_the_server_is_told_and_loses_nothing(lab: Lab) -> None:
    assert backed_up(lab, "web1").exit_code == 0
    known = snapshots(lab)
    lab.inside("web1", "dd", "if=/dev/urandom", f"of={BIG}", "bs=1M", "count=40")
    try:
        with small_disk(lab, "bak1", "/srv/restic/web1"):
            # restic would wait for a quarter of an hour that somebody makes room.
            report = run(lab.site, progress=QUIET, plan=hurried(lab, "web1", CONTENT, minutes=0.4)).build()
            (outcome,) = report.outcomes
            assert (outcome.status, report.exit_code) == (Status.ERROR, 1)
            assert "a disk is full" in outcome.summary
            assert "507 Insufficient Storage" in outcome.summary
            assert snapshots(lab) == known
            check_repository(lab)
        assert backed_up(lab, "web1", CONTENT).exit_code == 0
    finally:
        lab.inside("web1", "rm", "-f", BIG)
    check_repository(lab)


def hurried(lab: Lab, host: str, source: str, *, minutes: float) -> Plan:
    """The plan of one source that has so much time."""
    plan = Plan.make(lab.site, host, only=source)
    (job,) = plan.jobs
    (item,) = job.items
    short = replace(item, source=item.source.model_copy(update={"time_limit_minutes": minutes}))
    return replace(plan, jobs=[replace(job, policy=replace(job.policy, items=(short,)))])


@contextmanager
def backing_up(host: str, source: str) -> Iterator[subprocess.Popen[bytes]]:
    """A backup that runs on; it is ended with all of its own if it has not ended by itself."""
    argv = [sys.executable, "-m", "muhtar", "backup.run", "--limit", host, "--only", source]
    child = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            # With its ssh: a machine that loses power spares nothing of it.
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextmanager
def small_disk(lab: Lab, host: str, folder: str) -> Iterator[None]:
    """Lay a disk with 8 MiB of room over a folder, holding what the folder holds."""
    owner = lab.inside(host, "stat", "--format", "uid=%u,gid=%g,mode=%a", folder).stdout.strip()
    used = int(lab.inside(host, "du", "--summarize", "--block-size=1M", folder).stdout.split()[0])
    lab.inside(host, "cp", "--archive", folder, "/srv/kept")
    views = FullDisk().views(lab.context, lab.context.topology.host(host))
    try:
        for view in views:
            process.run([*view, "mount", "-t", "tmpfs", "-o", f"size={used + 8}m,{owner}", "small", folder])
            process.run([*view, "cp", "--archive", "/srv/kept/.", folder])
        yield
    finally:
        for view in views:
            process.run([*view, "umount", "--lazy", folder], check=False)
        lab.inside(host, "rm", "--recursive", "/srv/kept")


def snapshots(lab: Lab) -> set[str]:
    """Ids of the snapshots in the repository of web1."""
    plan = Plan.make(lab.site, "web1")
    return {shot.id for shot in plan.restic(plan.jobs[0], "runner").snapshots()}


def recorded_reports() -> list[str]:
    return [report.id for report in History.open().reports("backup.run", limit=1000)]


def check_repository(lab: Lab) -> None:
    """Read every byte of the repository of web1; a lock that a killed run left would not hold this up, nor would it matter."""
    plan = Plan.make(lab.site, "web1")
    environment = plan.restic(plan.jobs[0], "runner").repository.environment(lab.ca_file)
    process.run([tools.restic_binary(), "check", "--read-data", "--no-lock", "--no-cache"], env=environment, timeout=120)


def restic_writes(lab: Lab) -> bool:
    """Whether restic is at work on web1, far enough to hold its lock and send data."""
    return lab.inside("web1", "pgrep", "-f", "^(/[a-z/]+/)?restic .*backup", check=False).returncode == 0


def wait(done: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
