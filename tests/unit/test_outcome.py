from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from muhtar import secrets
from muhtar.exitcode import ExitCode
from muhtar.outcome import Intent, Outcome, Status, Waived, exit_code

STATUSES = st.lists(st.sampled_from(Status), max_size=12)


def outcome(status: Status = Status.FINDING, **more: object) -> Outcome:
    values = {"target": "web1", "check": "drift.servers", "status": status, "summary": "differs", "waiver": None} | more
    if status is Status.WAIVED:
        values["waiver"] = Waived(id="w", owner="Head", reason="until it moves", until=date(2027, 1, 31))
    return Outcome(**values)


@given(STATUSES)
def test_an_error_beats_unchecked_beats_a_finding(statuses: list[Status]) -> None:
    code = exit_code(outcome(status) for status in statuses)
    assert (code == ExitCode.FAILED) == (Status.ERROR in statuses)
    assert (code == ExitCode.CLEAN) == (set(statuses) <= {Status.OK, Status.WAIVED})
    if code == ExitCode.INCOMPLETE:
        assert Status.UNCHECKED in statuses
    if code == ExitCode.FINDINGS:
        assert set(statuses) <= {Status.OK, Status.WAIVED, Status.FINDING}


@given(STATUSES, STATUSES)
def test_more_outcomes_never_look_cleaner(first: list[Status], more: list[Status]) -> None:
    rank = [ExitCode.CLEAN, ExitCode.FINDINGS, ExitCode.INCOMPLETE, ExitCode.FAILED].index
    assert rank(exit_code(map(outcome, first + more))) >= rank(exit_code(map(outcome, first)))


@given(STATUSES)
def test_the_order_does_not_matter(statuses: list[Status]) -> None:
    assert exit_code(map(outcome, statuses)) == exit_code(map(outcome, reversed(statuses)))


def test_the_codes_themselves() -> None:
    codes = [exit_code([outcome(status)]) for status in (Status.OK, Status.ERROR, Status.FINDING, Status.UNCHECKED)]
    assert codes == [0, 1, 2, 3]


NAMES = st.text(min_size=1, max_size=8)


@given(st.lists(st.tuples(NAMES, NAMES, st.text(max_size=8)), unique=True, max_size=20))
def test_ids_tell_apart_what_differs_and_stay(keys: list[tuple[str, str, str]]) -> None:
    made = [outcome(target=target, check=check, subject=subject).id for target, check, subject in keys]
    assert len(set(made)) == len(keys)
    again = [outcome(Status.ERROR, target=t, check=c, subject=s, summary="other", diff="-a").id for t, c, s in keys]
    assert made == again


def test_the_id_is_stable_over_releases() -> None:
    assert outcome(subject="web: site").id == "531076d70ab4", "history and waivers keep these ids: never change the formula"


@pytest.mark.parametrize("field", ["summary", "wanted", "found", "diff", "mend"])
def test_secrets_are_cut_out_on_entry(field: str) -> None:
    secrets.forget_all()
    secrets.remember("correct-horse")
    assert "correct-horse" not in outcome(**{field: "password=correct-horse\n"}).model_dump_json()
    secrets.forget_all()


def test_ok_with_a_diff_is_refused() -> None:
    with pytest.raises(ValidationError, match="contradiction"):
        outcome(Status.OK, diff="-a\n+b")


def test_a_summary_is_one_line() -> None:
    assert outcome(summary="two\n  lines\t here").summary == "two lines here"


def test_times_are_utc_and_never_naive() -> None:
    istanbul = timezone(timedelta(hours=3))
    assert outcome(started=datetime(2026, 1, 1, 3, tzinfo=istanbul)).started == datetime(2026, 1, 1, tzinfo=UTC)
    assert outcome(started=datetime(2026, 1, 1, 3, tzinfo=istanbul)).started.tzinfo is UTC
    with pytest.raises(ValidationError, match="time zone"):
        outcome(started=datetime(2026, 1, 1))  # noqa: DTZ001 - the naive time is the point


def test_an_outcome_cannot_be_altered_nor_misspelt() -> None:
    with pytest.raises(ValidationError):
        outcome().status = Status.OK  # type: ignore[misc]
    with pytest.raises(ValidationError):
        outcome(sumary="typo")


def test_intent_reads_as_file_and_line() -> None:
    assert str(Intent(file="roles/web/tasks/main.yml", line=3)) == "roles/web/tasks/main.yml:3"
    assert str(Intent(file="inventories/lab/hosts.yml")) == "inventories/lab/hosts.yml"
