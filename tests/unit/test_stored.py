"""Reports read back and joined: a part that is missing is never overlooked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muhtar.errors import InvalidReportError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.report import Report
from muhtar.stored import find_reports, join, read_report
from tests.support.reports import mixed_report, report_of


def part(shard: str | None, *hosts: str, **more: object) -> Report:
    outcomes = [Outcome(target=host, check="drift.servers", status=Status.OK, summary="fine") for host in hosts]
    return report_of(*outcomes, shard=shard, **more)


def test_all_parts_together_are_the_whole() -> None:
    whole = join(
        [
            part("2/2", "b"),
            part("1/2", "a", notes=("said once",)),
        ]
    )
    assert whole.exit_code == 0
    assert whole.shard is None
    assert {pair.target for pair in whole.selected if pair.check == "drift.servers"} == {"a", "b"}
    assert whole.finished == part("1/2", "a").finished


@given(
    st.integers(min_value=2, max_value=9).flatmap(
        lambda total: st.tuples(st.just(total), st.sets(st.integers(1, total), min_size=1))
    )
)
def test_any_missing_part_makes_it_incomplete_and_is_named(case: tuple[int, set[int]]) -> None:
    total, there = case
    whole = join([part(f"{index}/{total}", f"h{index}") for index in sorted(there)])
    missing = [outcome.target for outcome in whole.outcomes if outcome.status is Status.UNCHECKED]
    assert missing == [f"shard {index}/{total}" for index in range(1, total + 1) if index not in there]
    assert whole.exit_code == (3 if missing else 0)


@pytest.mark.parametrize(
    ("reports", "message"),
    [
        ([], "no report"),
        ([part("1/2", "a"), part("1/2", "b")], "twice"),
        ([part("1/2", "a"), part("2/3", "b")], "cut alike"),
        ([part("1/2", "a"), part(None, "b")], "cut alike"),
        ([part("1/2", "a"), part("2/2", "a")], "in two of the reports"),
        ([part("1/2", "a"), part("2/2", "b", site="other")], "different sites"),
        ([part("1/2", "a"), part("2/2", "b", limit="b")], "different limits"),
        ([part("1/2", "a"), part("2/2", "b", workflow="backup.run")], "different workflows"),
    ],
)
def test_what_are_not_parts_of_one_run_is_refused(reports: list[Report], message: str) -> None:
    with pytest.raises(InvalidReportError, match=message):
        join(reports)


def test_a_stored_report_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(render("json", mixed_report(), Context()), encoding="utf-8")
    assert read_report(file) == mixed_report()


@pytest.mark.parametrize("text", ["", "[]", '{"schema_version": "muhtar.report/2"}', "\x00", '{"selected": []}'])
def test_what_is_no_report_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidReportError, match="is no report") as caught:
        read_report(file)
    assert caught.value.path == str(file)


def test_a_report_cut_to_hide_a_host_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(
        render("json", mixed_report(), Context()).replace(
            '"sw1",\n      "check": "drift.network",\n      "status"', '"sw9",\n      "check": "drift.network",\n      "status"'
        ),
        encoding="utf-8",
    )
    with pytest.raises(InvalidReportError, match="without an outcome"):
        read_report(file)


def test_files_are_found_once_and_a_pattern_must_match(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").touch()
    assert [path.name for path in find_reports(f"{tmp_path}/*.json,{tmp_path}/a.json")] == ["a.json", "b.json"]
    with pytest.raises(UsageError, match="matches no file"):
        find_reports(f"{tmp_path}/*.json, {tmp_path}/*.xml")
