"""Locks of dead processes go, once; those of living ones stay."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from muhtar.backup import locks
from muhtar.backup.locks import through
from muhtar.backup.run import run
from muhtar.doors.restic import Repository, RepositoryLockedError, Restic
from muhtar.doors.restic import locks as door
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.real_town import RealTown


@pytest.fixture
def town(make_town: Callable[..., RealTown], monkeypatch) -> RealTown:
    monkeypatch.setattr(locks, "_GLANCE", 1.0)
    made = make_town()
    made.write("a", 500_000)
    made.take("1")
    return made


@pytest.fixture
def holder(town: RealTown) -> Iterator[subprocess.Popen[bytes]]:
    """A check that holds the exclusive lock, and goes on for long."""
    env = Repository(str(town.folder / "main" / "web1"), town.passwords["main"]).environment(cache=str(town.folder / "cache2"))
    plain = {key: value if isinstance(value, str) else value.reveal() for key, value in env.items()}
    words = [town.binary, "check", "--read-data", "--limit-download=20"]
    child = subprocess.Popen(words, env={**os.environ, **plain}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not town.first().locks():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield child
    child.kill()
    child.wait()


def die(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_a_lock_says_who_holds_it(town: RealTown, holder) -> None:
    (lock,) = town.first().locks()
    assert (lock.pid, lock.exclusive, lock.host) == (holder.pid, True, os.uname().nodename)
    assert abs((datetime.now(UTC) - lock.time).total_seconds()) < 60
    assert not lock.old(datetime.now(UTC))


def test_the_lock_of_a_killed_process_goes_and_the_backup_is_taken(town: RealTown, holder) -> None:
    die(holder)
    report = run(Site("lab"), progress=NoProgress(), plan=town).build()
    assert report.exit_code == 0, report.outcomes[0].summary
    assert any("removed the stale lock of process" in note for note in report.notes)
    assert town.first().locks() == []


def test_the_lock_of_one_at_work_stays_and_is_a_finding_that_names_it(town: RealTown, holder, monkeypatch) -> None:
    monkeypatch.setattr(Restic, "patient", lambda self, _: self)
    monkeypatch.setattr(Restic, "unlock", lambda _: pytest.fail("it would take nothing, but why ask"))
    impatient = town.restic

    def restic(*given, **named) -> Restic:
        made = impatient(*given, **named)
        made._lock_wait = 1
        return made

    monkeypatch.setattr(town, "restic", restic)
    (outcome,) = run(Site("lab"), progress=NoProgress(), plan=town).build().outcomes
    assert outcome.status is Status.FINDING
    assert f"process {holder.pid} of" in outcome.summary
    assert [lock.pid for lock in town.first().locks()] == [holder.pid]


def test_an_old_lock_of_another_machine_goes(town: RealTown, monkeypatch) -> None:
    calls = Pretended(monkeypatch, age=31)
    assert through(town.first(), calls.append_or_locked) == "done"
    assert calls.unlocked == 1


def test_a_young_lock_of_another_machine_stays_and_is_unlocked_never(town: RealTown, monkeypatch) -> None:
    calls = Pretended(monkeypatch, age=29)
    with pytest.raises(RepositoryLockedError, match="process 77 of root@db9, alone"):
        through(town.first(), calls.append_or_locked)
    assert calls.unlocked == 0


def test_a_lock_that_persists_is_unlocked_once(town: RealTown, monkeypatch) -> None:
    calls = Pretended(monkeypatch, age=31)
    calls.persists = True
    with pytest.raises(RepositoryLockedError):
        through(town.first(), calls.append_or_locked)
    assert calls.unlocked == 1


class Pretended:
    """A lock of another machine, `age` minutes old."""

    def __init__(self, monkeypatch, age: float) -> None:
        self.unlocked = 0
        self.persists = False
        when = datetime.fromtimestamp(time.time() - age * 60, UTC)
        held = {"time": when.isoformat(), "exclusive": True, "hostname": "db9", "username": "root", "pid": 77}
        lock = door.lock("ab" * 32, json.dumps(held))
        monkeypatch.setattr(Restic, "locks", lambda _: [lock])
        monkeypatch.setattr(Restic, "unlock", lambda _: setattr(self, "unlocked", self.unlocked + 1))

    def append_or_locked(self, restic: Restic) -> str:
        del restic
        if self.unlocked and not self.persists:
            return "done"
        raise RepositoryLockedError("locked", returncode=11)
