"""Ages of snapshots against RPOs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muhtar.backup.age import ages
from muhtar.backup.outcomes import age, size
from muhtar.backup.runs import source_runs
from muhtar.errors import UnreachableError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.backup_town import NOW, FakeTown, policy, target


def asked(plan: FakeTown) -> Report:
    return ages(Site("lab"), progress=NoProgress(), plan=plan, now=NOW).build()


def only(plan: FakeTown) -> tuple[Status, str]:
    (outcome,) = asked(plan).outcomes
    return outcome.status, outcome.summary


@pytest.fixture
def plan() -> FakeTown:
    return FakeTown(policy(), target("web1", "web"))


def test_a_young_snapshot_is_ok(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=25)
    assert only(plan) == (Status.OK, "25 h old, 1 file, 10 B; RPO 26 h")


def test_an_old_one_is_a_finding(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=26.1)
    assert only(plan)[0] is Status.FINDING


def test_the_newest_counts_in_any_order(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=1, run="b")
    plan.keep("web1", "content", hours=90, run="a")
    assert only(plan)[0] is Status.OK


@pytest.mark.parametrize("kept", [[], None])
def test_none_is_a_finding(plan: FakeTown, kept: list[object] | None) -> None:
    plan.fakes["web1"].kept = kept  # type: ignore[assignment]
    assert only(plan) == (Status.FINDING, "never backed up")


def test_another_sources_snapshot_does_not_count(plan: FakeTown) -> None:
    plan.keep("web1", "settings", hours=1)
    assert only(plan)[0] is Status.FINDING


def test_a_run_that_broke_off_does_not_count(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=1, pieces=3)
    assert only(plan) == (Status.FINDING, "no whole snapshot, only broken-off ones")
    plan.keep("web1", "content", hours=50, run="old")
    assert "50 h old" in only(plan)[1]


def test_an_empty_one_does_not_count(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=1, size=0)
    assert only(plan)[0] is Status.FINDING


def test_one_from_the_future_is_a_finding(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=-5)
    assert "in the future" in only(plan)[1]


def test_a_server_that_does_not_answer_leaves_it_unchecked(plan: FakeTown) -> None:
    plan.fakes["web1"].fails = {"snapshots": UnreachableError("bak1 does not answer")}
    assert only(plan)[0] is Status.UNCHECKED


def test_a_host_that_no_policy_mentions_is_a_finding() -> None:
    plan = FakeTown(policy(), target("web1", "web"), target("new1", "servers"))
    plan.keep("web1", "content", hours=1)
    found = {outcome.target: outcome.status for outcome in asked(plan).outcomes}
    assert found == {"web1": Status.OK, "new1": Status.FINDING}


def test_a_run_of_several_pieces_is_as_old_as_its_oldest(plan: FakeTown) -> None:
    plan.keep("web1", "content", hours=3, run="x", pieces=2)
    plan.keep("web1", "content", hours=1, run="x", pieces=2)
    (run,) = source_runs(plan.fakes["web1"].kept or [], "content")
    assert run.time == NOW - timedelta(hours=3)
    assert (run.files, run.bytes, run.whole()) == (2, 20, True)


def test_words_for_sizes_and_ages() -> None:
    assert [size(number) for number in (0, 999, 1500, 2_000_000, 3 * 10**12)] == ["0 B", "999 B", "1.5 kB", "2.0 MB", "3.0 TB"]
    spans = [timedelta(minutes=5), timedelta(hours=3), timedelta(hours=71), timedelta(days=9)]
    assert [age(span) for span in spans] == ["5 min", "3 h", "71 h", "9 days"]
