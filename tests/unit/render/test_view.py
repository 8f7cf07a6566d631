"""Worst first, and the same finding on many targets as one."""

from __future__ import annotations

from muhtar.outcome import Outcome, Status, worst
from muhtar.render.view import actions, board, groups, printable, rows
from tests.support.reports import board_report, mixed_report, report_of


def finding(target: str, check: str = "drift.servers", **more: str) -> Outcome:
    return Outcome(target=target, check=check, status=Status.FINDING, **{"summary": "differs", **more})


def test_the_same_diff_on_three_routers_is_one_group_of_three() -> None:
    found = [group for group in actions(mixed_report()) if group.first.diff]
    assert [group.targets for group in found] == [["r1", "r2", "r3"]]


def test_every_outcome_that_is_not_ok_is_in_exactly_one_group() -> None:
    report = mixed_report()
    grouped = [outcome.id for group in actions(report) for outcome in group.outcomes]
    assert sorted(grouped) == sorted(outcome.id for outcome in report.outcomes if outcome.status is not Status.OK)


def test_our_own_errors_come_first_then_what_was_not_checked() -> None:
    statuses = [group.first.status for group in actions(mixed_report())]
    assert statuses == [Status.ERROR, Status.UNCHECKED, Status.FINDING, Status.FINDING, Status.FINDING]


def test_a_critical_check_comes_before_a_larger_group_of_a_minor_one() -> None:
    found = groups([finding("a", "duty.proof"), finding("b", "duty.proof"), finding("c", "backup.age")])
    assert [group.first.check for group in found] == ["backup.age", "duty.proof"]


def test_different_diffs_are_not_lumped_together() -> None:
    assert len(groups([finding("a", diff="-1\n"), finding("b", diff="-2\n")])) == 2


def test_the_same_diff_under_different_sentences_is_one_group_that_keeps_both() -> None:
    (group,) = groups([finding("a", diff="-1\n", summary="on a"), finding("b", diff="-1\n", summary="on b")])
    assert group.summaries == ["on a", "on b"]


def test_without_a_diff_the_found_value_tells_groups_apart() -> None:
    assert len(groups([finding("a", found="1"), finding("b", found="2"), finding("c", found="2")])) == 2


def test_rows_count_every_outcome_and_keep_the_order_of_selection() -> None:
    found = rows(mixed_report())
    assert [row.check for row in found] == ["drift.servers", "drift.network", "drift.video", "license.expiry"]
    assert found[1].targets == 4
    assert found[1].counts == {Status.OK: 0, Status.WAIVED: 0, Status.FINDING: 3, Status.ERROR: 0, Status.UNCHECKED: 1}
    assert found[1].status is Status.UNCHECKED


def test_worst_is_ok_only_where_all_are() -> None:
    assert worst([finding("a"), Outcome(target="a", check="x", status=Status.OK, summary="fine")]) is Status.FINDING


def test_what_the_board_shows_is_not_told_twice_and_what_it_cannot_show_is_not_lost() -> None:
    assert actions(board_report()) == []
    odd = report_of(finding("8d", "duty.proof", found="not a line of the board"))
    assert board(odd) == []
    assert [group.targets for group in actions(odd)] == [["8d"]]


def test_control_characters_are_made_visible() -> None:
    assert printable("a\x1b[2J\rb\x7f\x9bc\td\n") == "a␛[2J␍b␡\ufffdc\td\n"
