"""Repositories that were there and are gone: nobody is told that all is well over a new, empty one."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from muhtar.backup.check import check
from muhtar.backup.copy import copy
from muhtar.backup.rota import key_of
from muhtar.backup.run import run
from muhtar.backup.standing import PREFIX
from muhtar.errors import MuhtarError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.real_town import RealTown

SITE = Site("lab")
QUIET = NoProgress()


@pytest.fixture
def town(make_town: Callable[..., RealTown]) -> RealTown:
    made = make_town()
    made.write("a")
    return made


def backed_up(town: RealTown, *, renew: bool = False) -> Outcome:
    (outcome,) = run(SITE, renew=renew, progress=QUIET, plan=town).build().outcomes
    return outcome


def copied(town: RealTown, *, renew: bool = False) -> Outcome:
    (outcome,) = copy(SITE, renew=renew, progress=QUIET, plan=town).build().outcomes
    return outcome


def is_gone(outcome: Outcome, server: str) -> bool:
    return (
        outcome.status is Status.FINDING
        and f"the repository web1 on {server} is gone; it was there since 20" in outcome.summary
        and "--new-repository" in (outcome.mend or "")
    )


def test_a_repository_that_is_gone_is_not_made_anew(town: RealTown) -> None:
    assert backed_up(town).summary.endswith("; a new repository")
    assert backed_up(town).status is Status.OK
    # As where the disk that held it is not mounted.
    disk = town.folder / "main"
    disk.rename(town.folder / "unplugged")
    disk.mkdir()
    for _ in range(2):
        assert is_gone(backed_up(town), "bak1")
    assert not any(disk.iterdir())
    disk.rmdir()
    (town.folder / "unplugged").rename(disk)
    assert backed_up(town).status is Status.OK
    assert len(town.first().snapshots()) == 3


def test_a_repository_of_before_this_history_counts_from_its_first_sight(town: RealTown) -> None:
    town.take("before")
    assert backed_up(town).status is Status.OK
    shutil.rmtree(town.folder / "main")
    assert is_gone(backed_up(town), "bak1")


def test_it_is_made_anew_on_demand_and_what_was_read_of_the_old_one_does_not_count(town: RealTown) -> None:
    backed_up(town)
    check(SITE, progress=QUIET, plan=town)
    history = History.open()
    assert history.kept(key_of("main", "web1"), site="lab")
    shutil.rmtree(town.folder / "main")
    assert backed_up(town, renew=True).summary.endswith("; a new repository")
    assert not history.kept(key_of("main", "web1"), site="lab")
    assert backed_up(town).status is Status.OK


def test_a_second_copy_that_is_gone_is_not_made_anew_either(town: RealTown) -> None:
    backed_up(town)
    assert copied(town).status is Status.OK
    shutil.rmtree(town.folder / "far")
    assert is_gone(copied(town), "bak2")
    assert not (town.folder / "far").exists()
    assert copied(town, renew=True).summary.startswith("1 run copied")


def test_a_history_that_fails_keeps_no_backup_from_being_taken(town: RealTown, monkeypatch: pytest.MonkeyPatch) -> None:
    town.take("before")

    def fails(*_: object, **__: object) -> None:
        raise MuhtarError("the disk is full")

    monkeypatch.setattr(History, "keep", fails)
    assert backed_up(town).status is Status.OK


def test_a_lab_that_starts_anew_is_not_asked_for_the_old_one(town: RealTown) -> None:
    backed_up(town)
    shutil.rmtree(town.folder / "main")
    History.open().forget(PREFIX, site="lab")
    assert backed_up(town).status is Status.OK
