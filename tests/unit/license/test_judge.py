"""The day before, the day itself and the day after, on every calendar day there is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from muhtar.license.judge import judge_expiry, judge_seats
from muhtar.license.register import License
from muhtar.outcome import Status

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2180, 12, 31))
LEADS = st.integers(min_value=0, max_value=3650)
ONE = timedelta(days=1)


def license_(**more: object) -> License:
    values = {
        "id": "x",
        "product": "X",
        "publisher": "Y",
        "metric": "host",
        "quantity": 5,
        "start": date(1990, 1, 1),
        "owner_unit": "software",
        "contract": "1",
        "covers": {"groups": ["servers"]},
    }
    return License.model_validate(values | more)


@given(DAYS, LEADS)
@example(date(2024, 2, 29), 1)
@example(date(2024, 3, 1), 1)
@example(date(2025, 3, 1), 1)
@example(date(2028, 2, 29), 366)
def test_it_is_late_to_order_from_the_lead_time_before_the_end_on(end: date, lead: int) -> None:
    entry = license_(end=end, lead_time_days=lead)
    turn = end - timedelta(days=lead)
    assert judge_expiry(entry, turn - ONE).status is Status.OK
    on = judge_expiry(entry, turn)
    assert on.status is Status.FINDING
    assert "must be ordered now" in on.summary


@given(DAYS, LEADS)
@example(date(2024, 2, 29), 0)
@example(date(2023, 12, 31), 30)
def test_the_last_day_is_in_force_and_the_day_after_is_not(end: date, lead: int) -> None:
    entry = license_(end=end, lead_time_days=lead)
    assert "expired" not in judge_expiry(entry, end).summary
    after = judge_expiry(entry, end + ONE)
    assert after.status is Status.FINDING
    assert f"expired on {end}, 1 day ago" in after.summary


@given(DAYS, LEADS, DAYS)
def test_once_a_finding_it_stays_one(end: date, lead: int, day: date) -> None:
    entry = license_(end=end, lead_time_days=lead)
    assume(judge_expiry(entry, day).status is Status.FINDING)
    assert judge_expiry(entry, day + ONE).status is Status.FINDING


@given(DAYS)
def test_an_open_ended_license_never_expires(day: date) -> None:
    assert judge_expiry(license_(), day).status is Status.OK


@given(DAYS, st.integers(min_value=31, max_value=200))
def test_a_threshold_is_mentioned_but_is_no_finding(end: date, left: int) -> None:
    verdict = judge_expiry(license_(end=end, lead_time_days=30, thresholds_days=[60, 90]), end - timedelta(days=left))
    assert verdict.status is Status.OK
    expected = "60-day" if left <= 60 else "90-day" if left <= 90 else None
    assert ("notice" in verdict.summary) == (expected is not None)
    assert expected is None or expected in verdict.summary


@given(st.integers(min_value=1, max_value=10_000), st.integers(min_value=0, max_value=20_000))
@example(5, 5)
@example(5, 6)
def test_one_host_more_than_bought_is_a_finding(quantity: int, used: int) -> None:
    verdict = judge_seats(license_(quantity=quantity), used, date(2026, 1, 1))
    assert verdict.status is (Status.OK if used <= quantity else Status.FINDING)


def test_use_before_the_term_is_a_finding() -> None:
    entry = license_(start=date(2026, 1, 2))
    assert judge_seats(entry, 1, date(2026, 1, 1)).status is Status.FINDING
    assert judge_seats(entry, 0, date(2026, 1, 1)).status is Status.OK
    assert judge_seats(entry, 1, date(2026, 1, 2)).status is Status.OK


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"end": "1989-01-01"}, "between"),
        ({"start": "2026-01-02", "end": "2026-01-01"}, "ends before it starts"),
        ({"covers": None}, "covers none"),
        ({"covers": {"groups": []}}, "neither"),
        ({"lead_time_days": -1}, "greater than or equal"),
        ({"owner_unit": "nobody"}, "administrative"),
    ],
)
def test_entries_that_make_no_sense_are_refused(more: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        license_(**more)
