"""An asset's cover and a contract's end, on the day before, on it and after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muhtar.license.assets import Asset
from muhtar.license.contracts import Contract
from muhtar.outcome import Status
from muhtar.warranty.budget import by_year
from muhtar.warranty.cover import cover_of
from muhtar.warranty.judge import judge_contract, judge_cover, judge_gap, unneeded

ONE = timedelta(days=1)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2180, 12, 31))


def asset(**more: object) -> Asset:
    values = {"id": "a", "kind": "server", "maker": "M", "model": "X", "serial": "1", "purchased": date(1995, 1, 1)}
    return Asset.model_validate(values | more)


def contract(start: date, end: date | None, **more: object) -> Contract:
    return Contract.model_validate({"id": "c", "supplier": "S", "kind": "warranty", "start": start, "end": end} | more)


@given(DAYS, st.integers(0, 2000))
@example(date(2024, 2, 29), 0)
@example(date(2023, 2, 28), 1)
def test_cover_holds_from_its_first_day_to_its_last(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    cover = cover_of([contract(start, end)])
    for day, status in ((start - ONE, Status.FINDING), (start, Status.OK), (end, Status.OK), (end + ONE, Status.FINDING)):
        assert judge_cover(asset(), cover, None, day).status is status
    assert f"not covered since {end}" in judge_cover(asset(), cover, None, end + ONE).summary
    assert f"not covered yet, covered again from {start}" in judge_cover(asset(), cover, None, start - ONE).summary


def test_without_a_contract_an_asset_is_a_finding_unless_it_needs_none() -> None:
    day, none = date(2026, 1, 1), cover_of([])
    assert "has no contract" in judge_cover(asset(), none, None, day).summary
    assert judge_cover(asset(), none, None, day).status is Status.FINDING
    assert judge_cover(asset(), none, "exempt: cheap", day).status is Status.OK


@pytest.mark.parametrize(
    ("more", "day", "why"),
    [
        ({}, date(2026, 1, 1), None),
        ({"purchased": date(2026, 1, 2)}, date(2026, 1, 1), "only bought on 2026-01-02"),
        ({"purchased": date(2026, 1, 1)}, date(2026, 1, 1), None),
        ({"retired": date(2026, 1, 2)}, date(2026, 1, 1), None),
        ({"retired": date(2026, 1, 1)}, date(2026, 1, 1), "out of use since 2026-01-01"),
        ({"exempt": "spare"}, date(2026, 1, 1), "exempt: spare"),
        ({"kind": "phone"}, date(2026, 1, 1), "exempt, as every phone: cheap"),
    ],
)
def test_what_needs_no_cover_says_why(more: dict[str, object], day: date, why: str | None) -> None:
    assert unneeded(asset(**more), {"phone": "cheap"}, day) == why


@given(DAYS, st.integers(1, 400))
@example(date(2024, 2, 28), 1)
def test_a_gap_is_told_until_it_begins(end: date, length: int) -> None:
    cover = cover_of([contract(end - 9 * ONE, end), contract(end + timedelta(days=length + 1), None)])
    ahead = judge_gap(asset(), cover, end)
    assert ahead.status is Status.FINDING
    assert f"from {end + ONE} to {end + timedelta(days=length)}" in ahead.summary
    assert judge_gap(asset(), cover, end + ONE).status is Status.OK
    assert judge_cover(asset(), cover, None, end + ONE).status is Status.FINDING
    assert "1 gap in the past" in judge_gap(asset(), cover, end + timedelta(days=length + 1)).summary


@given(DAYS, st.integers(1, 3000), st.integers(0, 3000))
@example(date(2024, 2, 29), 1, 0)
def test_a_contract_is_a_finding_from_its_first_notice_or_its_day_of_order_on(end: date, threshold: int, lead: int) -> None:
    one = contract(date(1990, 1, 1), end, thresholds_days=[threshold], lead_time_days=lead)
    first = end - timedelta(days=max(threshold, lead))
    assert judge_contract(one, 3, 2, first - ONE).status is Status.OK
    assert judge_contract(one, 3, 2, first).status is Status.FINDING
    assert judge_contract(one, 3, 0, first).status is Status.OK
    assert ("must be ordered now" in judge_contract(one, 3, 2, first).summary) is (lead >= threshold)
    assert "then 2 assets without cover" in judge_contract(one, 3, 2, end).summary
    assert f"ended on {end}, 1 day ago; 2 assets without cover since" in judge_contract(one, 3, 2, end + ONE).summary


@given(DAYS)
def test_an_open_ended_contract_need_not_be_renewed(day: date) -> None:
    assert judge_contract(contract(date(1990, 1, 1), None), 3, 3, day).status is Status.OK
    assert judge_cover(asset(), cover_of([contract(date(1990, 1, 1), None)]), None, day).status is Status.OK


def test_a_renewal_falls_into_the_calendar_year_after_the_last_day() -> None:
    cost = {"amount": Decimal(100), "currency": "TRY", "kdv_percent": 20}
    day = date(2026, 6, 1)
    ending = [
        (contract(date(2020, 1, 1), date(2026, 12, 30), cost=cost), 2),
        (contract(date(2020, 1, 1), date(2026, 12, 31), cost=cost), 3),
        (contract(date(2020, 1, 1), date(2027, 12, 30), cost=cost | {"currency": "EUR"}), 4),
        (contract(date(2020, 1, 1), date(2027, 3, 1)), 1),
        (contract(date(2020, 1, 1), date(2024, 2, 29)), 5),
        (contract(date(2020, 1, 1), date(2027, 3, 1)), 0),
        (contract(date(2020, 1, 1), None), 9),
    ]
    last = "their last terms cost"
    lacking = "the cost of 1 is not in the register"
    assert list(by_year(ending, day)) == [
        f"budget year 2026: 2 contracts to renew, for 7 assets; {last} 120.00 TRY with KDV, {lacking}",
        f"budget year 2027: 3 contracts to renew, for 8 assets; {last} 120.00 EUR + 120.00 TRY with KDV, {lacking}",
    ]
