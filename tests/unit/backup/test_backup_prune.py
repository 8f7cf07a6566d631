"""backup.prune on real repositories: what goes, what stays, and when nothing is touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from muhtar.backup.prune import prune
from muhtar.backup.runs import tags
from muhtar.backup.stores import Server
from muhtar.doors.restic import Restic
from muhtar.errors import UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.real_town import RealTown

DAY = timedelta(days=1)


def pruned(town: RealTown, *, apply: bool = False, share: float | None = None, ahead: timedelta = timedelta()) -> Report:
    return prune(
        Site("lab"), apply=apply, share=share, progress=NoProgress(), plan=town, now=lambda: datetime.now(UTC) + ahead
    ).build()


def first(report: Report) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.subject == "main")


def days_of(town: RealTown) -> list[int]:
    now = datetime.now(UTC)
    return sorted(round((now - shot.time) / DAY) for shot in town.first().snapshots())


@pytest.fixture
def town(make_town: Callable[..., RealTown]) -> RealTown:
    """Four days' snapshots; two days are to be kept."""
    made = make_town()
    made.write("kept", 200_000)
    now = datetime.now(UTC)
    for old in (3, 2, 1, 0):
        made.write("changing", 800_000)
        made.take(f"day{old}", now - old * DAY - timedelta(minutes=1))
    return made


def test_without_apply_it_says_what_would_go_and_removes_nothing(town: RealTown) -> None:
    report = pruned(town)
    assert first(report).status is Status.OK
    assert first(report).summary == "2 would go, 2 snapshots stay"
    assert sum("would go" in note for note in report.notes) == 2
    assert days_of(town) == [0, 1, 2, 3]


def test_with_apply_it_goes_and_the_space_is_given_back(town: RealTown) -> None:
    before = sum(path.stat().st_size for path in (town.folder / "main").rglob("*") if path.is_file())
    outcome = first(pruned(town, apply=True))
    assert (outcome.status, outcome.summary) == (Status.OK, "2 snapshots removed, 2 kept; the structure is whole")
    assert days_of(town) == [0, 1]
    assert sum(path.stat().st_size for path in (town.folder / "main").rglob("*") if path.is_file()) < before - 1_000_000
    assert town.sound()
    assert first(pruned(town)).summary == "nothing to remove, 2 snapshots stay"


def test_snapshots_of_others_stay_and_are_told_of(town: RealTown) -> None:
    by_hand = town.take("x", datetime.now(UTC) - 30 * DAY, ["by-hand"])
    of_old_source = town.take("y", datetime.now(UTC) - 20 * DAY, tags("mail", "y", 1))
    report = pruned(town, apply=True)
    assert {by_hand, of_old_source} <= {shot.id for shot in town.first().snapshots()}
    assert any("2 snapshots of no source in the policy: kept" in note for note in report.notes)


def refused(town: RealTown, why: str, **given) -> None:
    before = {shot.id for shot in town.first().snapshots()}
    outcome = first(pruned(town, apply=True, **given))
    assert outcome.status is Status.FINDING
    assert why in outcome.summary
    assert {shot.id for shot in town.first().snapshots()} == before


def test_a_controller_a_year_ahead_is_refused(town: RealTown) -> None:
    refused(town, "this machine's clock and the server's are 365 days apart", ahead=365 * DAY)


def test_both_clocks_a_year_ahead_are_refused(town: RealTown, monkeypatch) -> None:
    monkeypatch.setattr(Server, "now", lambda _: datetime.now(UTC) + 365 * DAY)
    refused(town, "the newest snapshot is 365 days old: backups have stopped, or all clocks are wrong", ahead=365 * DAY)


def test_a_snapshot_from_the_future_is_refused(town: RealTown) -> None:
    town.take("future", datetime.now(UTC) + 365 * DAY)
    refused(town, "is 365 days in the future")


def test_a_snapshot_that_says_another_time_than_it_came_at_is_refused(town: RealTown) -> None:
    forged = town.take("forged", datetime.now(UTC) - 2 * DAY)
    os.utime(town.file(forged))
    refused(town, f"snapshot {forged[:8]} says")


def test_snapshots_faster_than_the_policy_explains_are_refused(make_town: Callable[..., RealTown]) -> None:
    made = make_town()
    made.write("a", 1000)
    for number in range(7):
        made.take(f"n{number}", datetime.now(UTC) - timedelta(minutes=7 - number))
    refused(made, "content: 7 runs within 24 h of", share=1.0)


def test_more_than_the_share_is_refused_unless_it_is_raised(make_town: Callable[..., RealTown]) -> None:
    made = make_town(retention={"keep_last": 1})
    made.write("a", 1000)
    for number in range(3):
        made.take(f"n{number}", datetime.now(UTC) - timedelta(minutes=7 - number))
    refused(made, "2 of 3 snapshots would go, more than 50%")
    assert first(pruned(made, apply=True, share=0.7)).status is Status.OK
    assert len(made.first().snapshots()) == 1
    with pytest.raises(UsageError):
        pruned(made, share=1.5)


def test_no_retention_no_removal(make_town: Callable[..., RealTown]) -> None:
    made = make_town(retention=None)
    made.write("a", 1000)
    made.take("1", datetime.now(UTC))
    refused(made, "no retention is declared")


def test_a_server_that_refuses_is_not_taken_for_done(town: RealTown, monkeypatch) -> None:
    # As an append-only server does it: restic's forget ends with 0, and the snapshots stay.
    monkeypatch.setattr(Restic, "forget", lambda *_: None)
    monkeypatch.setattr(Restic, "prune", lambda *_, **__: pytest.fail("pruned all the same"))
    outcome = first(pruned(town, apply=True))
    assert (outcome.status, outcome.summary) == (Status.ERROR, "2 snapshots could not be removed")


def test_a_repository_that_is_not_there_is_a_finding(town: RealTown) -> None:
    shutil.rmtree(town.folder / "main")
    outcome = first(pruned(town, apply=True))
    assert (outcome.status, outcome.summary) == (Status.FINDING, "there is no repository yet")
