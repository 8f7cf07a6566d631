"""What is broken beside the data: keys that are gone, a dump that hangs, full disks where restic and we keep our own things."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from muhtar.backup.check import check
from muhtar.backup.copy import copy
from muhtar.backup.policy import Item
from muhtar.backup.run import run
from muhtar.backup.sources.base import Machine, Output, Piece, Source
from muhtar.doors import process
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.disks import fill, small_disk
from tests.support.real_town import RealTown

SITE = Site("lab")
QUIET = NoProgress()


@pytest.fixture
def town(make_town: Callable[..., RealTown]) -> RealTown:
    made = make_town()
    made.write("a", 1_000_000)
    made.take("before")
    return made


def backed_up(town: RealTown) -> Outcome:
    (outcome,) = run(SITE, progress=QUIET, plan=town).build().outcomes
    return outcome


def test_a_deleted_key_is_told_as_such_and_nothing_is_lost(town: RealTown) -> None:
    backed_up(town)
    copy(SITE, progress=QUIET, plan=town)
    (key,) = (town.folder / "main" / "web1" / "keys").iterdir()
    kept = key.read_bytes()
    key.unlink()
    by_check = {outcome.subject: outcome for outcome in check(SITE, progress=QUIET, plan=town).build().outcomes}
    assert by_check["far"].status is Status.OK, "the second copy has a key of its own"
    (copied,) = copy(SITE, progress=QUIET, plan=town).build().outcomes
    for outcome in (backed_up(town), by_check["main"], copied):
        assert outcome.status is Status.ERROR
        assert "has lost its key" in outcome.summary
        assert "docs/backup.md, Keys" in (outcome.mend or "")
    key.write_bytes(kept)
    assert backed_up(town).status is Status.OK
    assert town.sound()


class Hanging(Source):
    """A dump that never ends."""

    kind: Literal["hanging"] = "hanging"
    # A number that no other process of this machine has.
    mark: ClassVar[str] = f"600.{os.getpid()}"

    def pieces(self, machine: Machine) -> list[Piece]:
        """It says something, and then nothing any more."""
        del machine
        return [Output("dump.sql", ("sh", "-c", f"echo begun; exec sleep {self.mark}"))]


def test_a_dump_that_hangs_is_ended_in_time_and_leaves_no_snapshot(town: RealTown) -> None:
    (job,) = town.jobs
    hanging = Hanging(name="hanging", time_limit_minutes=0.05)
    items = (Item(hanging, 26, None, "web"), *job.items)  # type: ignore[arg-type] # a kind of the test's own
    town.jobs = [replace(job, policy=replace(job.policy, items=items))]
    started = time.monotonic()
    hung, whole = run(SITE, progress=QUIET, plan=town).build().outcomes
    assert time.monotonic() - started < 60
    assert (hung.subject, hung.status) == ("hanging", Status.ERROR)
    assert "did not end within 3 s" in hung.summary
    assert whole.status is Status.OK, "the other sources do not wait for it"
    assert {shot.tag("source") for shot in town.first().snapshots()} == {"content"}
    listed = process.run(["pgrep", "-f", f"^sleep {Hanging.mark}"], check=False)
    assert not listed.stdout.split()
    assert town.first().locks() == []
    assert town.sound()


@pytest.mark.parametrize("what", ["cache", "tmp"])
def test_a_full_disk_where_restic_keeps_its_own_things(town: RealTown, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up(town)
    before = len(town.first().snapshots())
    town.write("b", 3_000_000)
    with small_disk(town.folder / what) as disk:
        fill(disk)
        monkeypatch.setenv("TMPDIR", str(disk) if what == "tmp" else "/tmp")
        outcome = backed_up(town)
        assert outcome.status is Status.ERROR
        assert "a disk is full: Fatal: unable to save snapshot: " in outcome.summary
        assert str(disk) in outcome.summary
        assert "make room" in (outcome.mend or "")
        # What only reads needs no room, and is not mistaken for an empty repository.
        assert check(SITE, progress=QUIET, plan=town).build().outcomes[0].status is Status.OK
    monkeypatch.delenv("TMPDIR")
    assert len(town.first().snapshots()) == before
    assert backed_up(town).status is Status.OK
    assert town.sound()


def test_a_full_disk_of_ours_keeps_no_backup_from_being_taken(town: RealTown, tmp_path: Path) -> None:
    backed_up(town)
    town.write("b")
    with small_disk(tmp_path / "home", "2m") as disk:
        filler = fill(disk)
        assert backed_up(town).status is Status.OK
        # How far the reading is cannot be kept: nobody may believe it was.
        assert check(SITE, progress=QUIET, plan=town).build().outcomes[0].status is Status.ERROR
        filler.unlink()
        assert check(SITE, progress=QUIET, plan=town).build().outcomes[0].status is Status.OK
    assert town.sound()
