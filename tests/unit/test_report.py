from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from muhtar.errors import InvalidReportError
from muhtar.outcome import Outcome, Status, Waived
from muhtar.report import Report, ReportBuilder, Selected, merge

HOSTS = ("db1", "web1", "pbx1", "nvr1")
CHECKS = ("drift.servers", "backup.age")
PAIRS = st.sets(st.tuples(st.sampled_from(HOSTS), st.sampled_from(CHECKS)))


def outcome(target: str, check: str = CHECKS[0], status: Status = Status.OK, subject: str = "") -> Outcome:
    decided = Waived(id="w", owner="Head", reason="until it moves", until=date(2027, 1, 31))
    return Outcome(
        target=target,
        check=check,
        status=status,
        subject=subject,
        summary="said",
        waiver=decided if status is Status.WAIVED else None,
    )


def builder(*hosts: str) -> ReportBuilder:
    found = ReportBuilder("drift.check", "lab")
    found.select(hosts, CHECKS[0])
    return found


@given(PAIRS, PAIRS)
def test_a_report_is_valid_only_if_exactly_what_was_selected_has_outcomes(
    selected: set[tuple[str, str]], seen: set[tuple[str, str]]
) -> None:
    found = ReportBuilder("drift.check", "lab")
    for target, check in selected:
        found.select(target, check)
    found.add(*(outcome(target, check) for target, check in seen))
    if selected and selected == seen:
        assert set(found.build().targets) == {target for target, _ in selected}
    else:
        with pytest.raises(InvalidReportError):
            found.build()


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.sampled_from(Status)), min_size=1, max_size=5))
def test_outcomes_of_one_check_do_not_contradict_each_other(parts: list[tuple[str, Status]]) -> None:
    found = builder("web1")
    found.add(*(outcome("web1", subject=subject, status=status) for subject, status in parts))
    subjects = [subject for subject, _ in parts]
    clean_as_a_whole = ("", Status.OK) in parts
    contradicts = len(set(subjects)) < len(subjects) or (clean_as_a_whole and any(status is not Status.OK for _, status in parts))
    if contradicts:
        with pytest.raises(InvalidReportError):
            found.build()
    else:
        found.build()


def test_nothing_selected_is_an_error_with_a_mend() -> None:
    with pytest.raises(InvalidReportError, match="nothing was selected") as caught:
        builder().build()
    assert caught.value.mend


def test_what_is_missing_is_named() -> None:
    found = builder("web1", "db1")
    found.add(outcome("web1"))
    with pytest.raises(InvalidReportError, match=r"db1/drift\.servers"):
        found.build()


def test_order_counts_and_exit_code() -> None:
    found = builder("web1", "db1", "pbx1")
    found.add(outcome("pbx1", status=Status.FINDING), outcome("db1"), outcome("web1"))
    report = found.build()
    assert [item.target for item in report.outcomes] == ["web1", "db1", "pbx1"]
    assert report.counts == {Status.OK: 2, Status.WAIVED: 0, Status.FINDING: 1, Status.ERROR: 0, Status.UNCHECKED: 0}
    assert report.exit_code == 2


def test_absorb_takes_everything_over() -> None:
    one, two = builder("web1"), builder("db1")
    one.add(outcome("web1"))
    two.add(outcome("db1", status=Status.UNCHECKED))
    two.note("db1 was down")
    one.absorb(two)
    report = one.build()
    assert (report.targets, report.notes, report.exit_code) == (["web1", "db1"], ("db1 was down",), 3)


def test_merge_of_shards_is_the_whole() -> None:
    parts = []
    for host in HOSTS:
        part = builder(host)
        part.add(outcome(host))
        part.note(f"note of {host}")
        parts.append(part.build())
    merged = merge("drift.check", parts)
    assert merged.targets == list(HOSTS)
    assert merged.started == min(part.started for part in parts)
    assert len(merged.notes) == len(HOSTS)
    with pytest.raises(InvalidReportError, match="no report"):
        merge("drift.check", [])


def test_a_report_survives_json_and_refuses_what_it_does_not_know() -> None:
    found = builder("web1")
    found.add(outcome("web1"))
    report = found.build()
    assert Report.model_validate_json(report.model_dump_json()) == report
    with pytest.raises(ValidationError):
        Report.model_validate({**report.model_dump(), "schema_version": "muhtar.report/9"})
    with pytest.raises(ValidationError):
        Report.model_validate({**report.model_dump(), "more": 1})


def test_a_stored_report_is_checked_again_when_read() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValidationError, match="without an outcome"):
        Report(
            workflow="x", site="lab", started=moment, finished=moment, outcomes=(),
            selected=(Selected(target="web1", check="drift.servers"),),
        )  # fmt: skip
