"""Cover as a set of days: whatever the contracts, the periods say the same as the days themselves."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from muhtar.license.contracts import Contract
from muhtar.warranty.cover import Period, cover_of

ONE = timedelta(days=1)
BASE = date(2024, 2, 1)
WINDOW = [BASE + timedelta(days=offset) for offset in range(-2, 75)]
SPANS = st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 10)), max_size=6)


def contract(start: date, end: date | None, **more: object) -> Contract:
    return Contract.model_validate({"id": "c", "supplier": "S", "kind": "warranty", "start": start, "end": end} | more)


def made(spans: list[tuple[int, int | None]]) -> list[Contract]:
    return [
        contract(BASE + timedelta(days=first), None if length is None else BASE + timedelta(days=first + length))
        for first, length in spans
    ]


@given(SPANS)
@example([(0, 27), (28, 0), (29, 1)])
def test_a_day_is_covered_where_a_contract_covers_it(spans: list[tuple[int, int | None]]) -> None:
    contracts = made(spans)
    cover = cover_of(contracts)
    for day in WINDOW:
        assert (cover.at(day) is not None) is any(item.in_force(day) for item in contracts)


@given(SPANS)
def test_gaps_are_the_days_between_that_nobody_covers(spans: list[tuple[int, int | None]]) -> None:
    contracts = made(spans)
    cover = cover_of(contracts)
    for day in WINDOW:
        between = any(item.start < day for item in contracts) and any(item.start > day for item in contracts)
        uncovered = not any(item.in_force(day) for item in contracts)
        assert any(gap.has(day) for gap in cover.gaps()) is (between and uncovered)


@given(SPANS)
def test_periods_are_in_order_with_a_day_between(spans: list[tuple[int, int | None]]) -> None:
    periods = cover_of(made(spans)).periods
    for one, other in pairwise(periods):
        assert one.last is not None
        assert other.first > one.last + ONE
    for day in WINDOW:
        cover = cover_of(made(spans))
        before, after = cover.before(day), cover.after(day)
        assert before is None or (before.last is not None and before.last < day)
        assert after is None or after.first > day


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2180, 1, 1)))
@example(date(2024, 2, 28))
@example(date(2024, 2, 29))
@example(date(2023, 2, 28))
@example(date(2026, 12, 31))
def test_a_contract_that_begins_on_the_next_day_leaves_no_gap_and_a_day_later_it_does(end: date) -> None:
    first = contract(end - 30 * ONE, end)
    assert cover_of([first, contract(end + ONE, end + 9 * ONE)]).periods == (Period(end - 30 * ONE, end + 9 * ONE),)
    assert cover_of([contract(end + 2 * ONE, None), first]).gaps() == [Period(end + ONE, end + ONE)]
    assert cover_of([contract(end, None), first]).last is None
