"""Power cuts, full disks and two at once, on real repositories: what was there stays, and the next run goes through."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from muhtar.backup import locks, together
from muhtar.backup.copy import copy
from muhtar.backup.prune import prune
from muhtar.backup.run import run
from muhtar.doors.restic import Repository
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from muhtar.settings import Site
from tests.support.disks import grow, small_disk
from tests.support.real_town import RealTown

DAY = timedelta(days=1)
SITE = Site("lab")


@pytest.fixture
def town(make_town: Callable[..., RealTown], monkeypatch) -> RealTown:
    monkeypatch.setattr(locks, "_GLANCE", 1.0)
    made = make_town()
    made.write("a", 1_500_000)
    made.take("before", datetime.now(UTC) - DAY)
    return made


def backed_up(town: RealTown) -> Report:
    return run(SITE, progress=NoProgress(), plan=town).build()


def ids(town: RealTown) -> set[str]:
    return {shot.id for shot in town.first().snapshots()}


def killed_in_the_middle(
    town: RealTown, *words: str, keeper: str = "main", env: Mapping[str, str | Secret] | None = None
) -> None:
    """Run restic so slowly that it is certainly at work, and end it as a power cut would."""
    repository = Repository(str(town.folder / keeper / "web1"), town.passwords[keeper])
    settings = {**repository.environment(cache=str(town.folder / "cache")), **(env or {})}
    plain = {key: value if isinstance(value, str) else value.reveal() for key, value in settings.items()}
    argv = [town.binary, "--limit-upload=200", "--limit-download=200", *words]
    child = subprocess.Popen(argv, env={**os.environ, **plain}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lock_folder = town.folder / keeper / "web1" / "locks"
    deadline = time.monotonic() + 30
    while not any(lock_folder.iterdir()):
        assert child.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(1.5)
    assert child.poll() is None, "it ended before it could be killed"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert any(lock_folder.iterdir()), "its lock was left behind"


def test_a_backup_that_is_killed(town: RealTown) -> None:
    before = ids(town)
    town.write("b", 3_000_000)
    killed_in_the_middle(town, "backup", "--host=web1", str(town.source))
    assert ids(town) == before, "half a snapshot is none"
    assert town.sound()
    assert backed_up(town).exit_code == 0
    assert before < ids(town)
    assert town.sound()


def test_a_prune_that_is_killed(town: RealTown) -> None:
    town.write("a", 1_500_000)
    for old in (3, 2):
        town.write("b", 1_500_000)
        town.take(f"old{old}", datetime.now(UTC) - old * DAY)
    town.take("now", datetime.now(UTC))
    stays = {shot.id for shot in town.first().snapshots()[-2:]}
    town.call("forget", *(ids(town) - stays))
    killed_in_the_middle(town, "prune", "--max-unused=0")
    assert ids(town) == stays
    assert town.sound()
    # A backup needs no more than to wait for nobody: the dead one's lock goes.
    report = backed_up(town)
    assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]
    assert town.call("list", "locks", "--no-lock", "--quiet").stdout == ""
    report = prune(SITE, apply=True, progress=NoProgress(), plan=town, share=1.0).build()
    assert next(outcome for outcome in report.outcomes if outcome.subject == "main").status is Status.OK
    assert town.sound()


def test_a_copy_that_is_killed(town: RealTown) -> None:
    assert copy(SITE, progress=NoProgress(), plan=town).build().exit_code == 0
    town.write("b", 3_000_000)
    new = town.take("now", datetime.now(UTC))
    source = Repository(str(town.folder / "main" / "web1"), town.passwords["main"])
    killed_in_the_middle(town, "copy", new, keeper="far", env=source.environment_as_source())
    assert len(town.second().snapshots()) == 1
    assert town.sound()
    assert town.sound("far")
    (outcome,) = copy(SITE, progress=NoProgress(), plan=town).build().outcomes
    assert (outcome.status, outcome.summary.partition(",")[0]) == (Status.OK, "1 run copied")
    assert town.sound("far")


def test_two_runners_that_share_no_lock(town: RealTown, monkeypatch) -> None:
    # On two machines: only the repository itself knows of both.
    monkeypatch.setattr(together, "locked", lambda *_, **__: nullcontext())
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: backed_up(town), range(2)))
    assert [report.exit_code for report in reports] == [0, 0]
    assert len(ids(town)) == 3
    assert town.sound()


def test_a_full_disk_under_the_repository(town: RealTown) -> None:
    before = ids(town)
    disk = town.folder / "main"
    with small_disk(disk, "5m"):
        town.write("big", 12_000_000)
        (outcome,) = backed_up(town).outcomes
        assert outcome.status is Status.ERROR
        assert "no space left on device" in outcome.summary
        assert ids(town) == before
        assert town.sound()
        grow(disk, "64m")
        assert backed_up(town).exit_code == 0
        assert town.sound()
