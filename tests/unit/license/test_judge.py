"""The day before, the day itself and the day after, on every calendar day there is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from muhtar.license.judge import judge_expiry, judge_idle, judge_seats, judge_support
from muhtar.license.register import License
from muhtar.license.usage import Unknown, Used
from muhtar.outcome import Status

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2180, 12, 31))
LEADS = st.integers(min_value=0, max_value=3650)
ONE = timedelta(days=1)


def license_(**more: object) -> License:
    values = {
        "id": "x",
        "product": "X",
        "publisher": "Y",
        "metric": "device",
        "quantity": 5,
        "start": date(1990, 1, 1),
        "owner_unit": "software",
        "contract": "1",
        "covers": {"groups": ["servers"]},
    }
    return License.model_validate(values | more)


def hosts(number: int) -> Used:
    return Used(number, f"{number} hosts")


@given(DAYS, LEADS)
@example(date(2024, 2, 29), 1)
@example(date(2024, 3, 1), 1)
@example(date(2025, 3, 1), 1)
@example(date(2028, 2, 29), 366)
def test_it_is_late_to_order_from_the_lead_time_before_the_end_on(end: date, lead: int) -> None:
    entry = license_(end=end, lead_time_days=lead, thresholds_days=[])
    turn = end - timedelta(days=lead)
    assert judge_expiry(entry, turn - ONE).status is Status.OK
    on = judge_expiry(entry, turn)
    assert on.status is Status.FINDING
    assert "must be ordered now" in on.summary
    assert "must be ordered now" in judge_expiry(entry, min(turn + ONE, end)).summary


@given(DAYS, LEADS)
@example(date(2024, 2, 29), 0)
@example(date(2023, 12, 31), 30)
def test_the_last_day_is_in_force_and_the_day_after_is_not(end: date, lead: int) -> None:
    entry = license_(end=end, lead_time_days=lead)
    assert "expired" not in judge_expiry(entry, end - ONE).summary
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
@example(date(2024, 2, 29))
def test_an_open_ended_license_never_expires(day: date) -> None:
    assert judge_expiry(license_(), day).status is Status.OK


@given(DAYS, st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=5, unique=True))
@example(date(2024, 2, 29), [180, 90, 60, 30])
@example(date(2025, 3, 1), [1])
def test_notice_begins_on_the_day_of_each_threshold_and_not_before(end: date, thresholds: list[int]) -> None:
    entry = license_(end=end, lead_time_days=0, thresholds_days=thresholds)
    first = end - timedelta(days=max(thresholds))
    assert judge_expiry(entry, first - ONE).status is Status.OK
    for threshold in thresholds:
        on = judge_expiry(entry, end - timedelta(days=threshold))
        assert on.status is Status.FINDING
        assert f"within the {threshold}-day notice" in on.summary
        before = judge_expiry(entry, end - timedelta(days=threshold + 1))
        assert f"within the {threshold}-day" not in before.summary


@pytest.mark.parametrize(("left", "said"), [(181, None), (180, 180), (91, 180), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30)])
def test_the_thresholds_are_those_of_half_a_year_unless_the_entry_says_others(left: int, said: int | None) -> None:
    end = date(2026, 12, 31)
    summary = judge_expiry(license_(end=end, lead_time_days=10), end - timedelta(days=left)).summary
    assert (f"within the {said}-day" in summary) if said else ("notice" not in summary)


@given(DAYS, st.integers(min_value=-20, max_value=20))
@example(date(2024, 2, 28), 1)
@example(date(2024, 2, 28), 2)
def test_a_renewal_that_begins_on_the_next_day_is_in_time_and_later_is_not(end: date, after: int) -> None:
    entry = license_(end=end)
    renewal = license_(id="y", start=end + timedelta(days=after), renews="x")
    status = Status.OK if after <= 1 else Status.FINDING
    for day in (end - timedelta(days=400), end, renewal.start - ONE):
        assert judge_expiry(entry, day, renewal).status is status
    assert judge_expiry(entry, max(end + ONE, renewal.start), renewal).status is Status.OK


@given(DAYS, st.integers(min_value=1, max_value=3000))
@example(date(2024, 2, 29), 1)
def test_support_ends_as_a_term_does(ends: date, threshold: int) -> None:
    entry = license_(thresholds_days=[threshold])
    first = ends - timedelta(days=threshold)
    assert judge_support(entry, ends, first - ONE).status is Status.OK
    assert judge_support(entry, ends, first).status is Status.FINDING
    assert "ends on" in judge_support(entry, ends, ends).summary
    assert f"ended on {ends}, 1 day ago" in judge_support(entry, ends, ends + ONE).summary


@given(st.integers(min_value=1, max_value=10_000), st.integers(min_value=0, max_value=20_000))
@example(5, 5)
@example(5, 6)
def test_one_more_than_bought_is_a_finding(quantity: int, used: int) -> None:
    verdict = judge_seats(license_(quantity=quantity), hosts(used), date(2026, 1, 1))
    assert verdict.status is (Status.OK if used <= quantity else Status.FINDING)


@pytest.mark.parametrize("status", [Status.UNCHECKED, Status.ERROR])
def test_what_nobody_knows_is_never_ok(status: Status) -> None:
    verdict = judge_seats(license_(), Unknown(status, "nobody counted", "count"), date(2026, 1, 1))
    assert (verdict.status, verdict.mend) == (status, "count")


def test_use_before_the_term_is_a_finding() -> None:
    entry = license_(start=date(2026, 1, 2))
    assert judge_seats(entry, hosts(1), date(2026, 1, 1)).status is Status.FINDING
    assert judge_seats(entry, hosts(0), date(2026, 1, 1)).status is Status.OK
    assert judge_seats(entry, hosts(1), date(2026, 1, 2)).status is Status.OK


@pytest.mark.parametrize(
    ("quantity", "used", "percent", "status"),
    [
        (10, 8, 20, Status.OK),
        (10, 7, 20, Status.FINDING),
        (10, 0, 100, Status.OK),
        (3, 2, 0, Status.FINDING),
        (3, 3, 0, Status.OK),
        (3, 9, 0, Status.OK),
    ],
)
def test_more_idle_than_may_be_is_a_finding(quantity: int, used: int, percent: int, status: Status) -> None:
    assert judge_idle(license_(quantity=quantity, idle_percent=percent), hosts(used)).status is status


def test_what_lies_idle_is_said_in_money_with_kdv() -> None:
    entry = license_(quantity=3, cost={"amount": 1000.00, "currency": "USD", "kdv_percent": 20})
    assert judge_idle(entry, hosts(1)).summary == "X: 2 of 3 not used, 800.00 USD of what they cost with KDV"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"end": "1989-01-01"}, "between"),
        ({"start": "2026-01-02", "end": "2026-01-01"}, "ends before it starts"),
        ({"covers": None}, "nothing says how many"),
        ({"covers": {"groups": []}}, "neither"),
        ({"counted": {"used": 1, "on": "2026-01-01", "by": "me"}}, "counted twice"),
        ({"lead_time_days": -1}, "greater than or equal"),
        ({"quantity": -1}, "greater than or equal"),
        ({"owner_unit": "nobody"}, "administrative"),
        ({"metric": "host"}, "concurrent_call"),
        ({"cost": {"amount": 1, "currency": "TL"}}, "'TRY', 'USD' or 'EUR'"),
        ({"cost": {"amount": -1, "currency": "TRY"}}, "greater than or equal"),
    ],
)
def test_entries_that_make_no_sense_are_refused(more: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        license_(**more)
