"""What a license needs: on the day before, on and after the last day on which ordering is early enough."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muhtar.license.judge import judge_expiry
from muhtar.license.register import License
from muhtar.license.terms import Terms
from muhtar.license.usage import Unknown, Used
from muhtar.outcome import Status, Waived
from muhtar.procurement.model import Action, Judged, Lot, Standing
from muhtar.procurement.software import Buyer

LOT = Lot("class", "Sınıf", "software", "goods", ())
DAY = date(2026, 12, 1)
UNTIL = date(2027, 12, 31)


def entry(**more: object) -> License:
    values = {
        "id": "x",
        "product": "P",
        "publisher": "Q",
        "metric": "core",
        "quantity": 10,
        "start": date(2000, 1, 1),
        "owner_unit": "software",
        "contract": "c-1",
        "cost": {"amount": "1000", "currency": "USD"},
    }
    return License.model_validate(values | more)


def judged(one: License, used: int | Unknown | None = 10, *others: License, day: date = DAY, lots=None, waived=()) -> Judged:
    decided = Waived(id="w", owner="Müdür", reason="because", until=UNTIL)
    buyer = Buyer(
        day,
        UNTIL,
        {"x": LOT} if lots is None else lots,
        Terms.of([one, *others]),
        lambda target, check: decided if check in waived else None,
        "Bilgi İşlem Müdürlüğü",
    )
    return buyer.judge(0, one, Used(used, "test") if isinstance(used, int) else used)


@given(st.dates(date(2026, 12, 2), date(2030, 1, 1)), st.integers(0, 400))
def test_a_renewal_is_on_the_list_where_its_last_good_day_is_within_the_year(end: date, lead: int) -> None:
    found = judged(entry(end=end, lead_time_days=lead))
    latest = end - timedelta(days=lead + 1)
    assert (found.standing is Standing.BUY) == (latest <= UNTIL)
    for need in found.needs:
        assert (need.action, need.quantity, need.latest) == (Action.RENEWAL, 10, latest)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_what_the_audit_says_must_be_ordered_now_or_has_expired_is_on_the_list(end: date, lead: int) -> None:
    one = entry(end=end, lead_time_days=lead, thresholds_days=())
    if judge_expiry(one, DAY).status is Status.FINDING:
        assert judged(one).standing is Standing.BUY


@given(st.integers(0, 40), st.integers(1, 40))
def test_as_many_are_bought_as_are_short(used: int, owned: int) -> None:
    found = judged(entry(quantity=owned), used)
    assert [need.quantity for need in found.needs] == ([used - owned] if used > owned else [])
    assert found.standing is (Standing.BUY if used > owned else Standing.NOT_NEEDED)


def test_what_is_short_costs_its_share_of_the_last_price_and_is_due_today() -> None:
    (need,) = judged(entry(quantity=3, cost={"amount": "1000", "currency": "USD"}), 4).needs
    assert (need.money.net, need.money.gross, need.money.currency) == (Decimal("333.33"), Decimal("400.00"), "USD")
    assert (need.latest, need.action) == (DAY, Action.ADDITIONAL)


def test_a_license_without_a_cost_has_no_price_and_not_zero() -> None:
    (need,) = judged(entry(cost=None), 11).needs
    assert need.money is None


def test_one_that_ends_and_is_short_needs_both() -> None:
    found = judged(entry(end=date(2027, 6, 30)), 12)
    assert [(need.action, need.quantity) for need in found.needs] == [(Action.RENEWAL, 10), (Action.ADDITIONAL, 2)]


def test_a_renewed_one_needs_nothing_for_its_next_term_is_judged_itself() -> None:
    after = entry(id="y", renews="x", start=date(2027, 7, 1))
    found = judged(entry(end=date(2027, 6, 30)), 12, after)
    assert [need.action for need in found.needs] == [Action.ADDITIONAL]
    assert judged(entry(end=date(2027, 6, 30)), 10, after).said.key == "buy.not_needed.renewed"


def test_use_is_held_against_the_term_that_runs_alone() -> None:
    before = entry(end=date(2026, 12, 31))
    after = entry(id="y", renews="x", start=date(2027, 1, 1))
    assert [need.action for need in judged(before, 12, after).needs] == [Action.ADDITIONAL]
    assert judged(after, 12, before, lots={"y": LOT}).needs == ()


def test_unknown_use_is_never_told_as_enough_but_a_renewal_is_listed_all_the_same() -> None:
    nobody = Unknown(Status.UNCHECKED, "nobody counted", "count them")
    assert judged(entry(), nobody).standing is Standing.UNJUDGED
    both = judged(entry(end=date(2027, 1, 1)), nobody)
    assert both.standing is Standing.UNJUDGED
    assert [need.action for need in both.needs] == [Action.RENEWAL]
    assert judged(entry(), Unknown(Status.ERROR, "no group", "correct it")).failed


def test_a_subscription_of_which_nothing_is_counted_is_judged_by_its_term() -> None:
    assert judged(entry(metric="subscription"), None).standing is Standing.NOT_NEEDED


def test_one_in_no_class_cannot_be_judged_and_says_what_it_would_need() -> None:
    found = judged(entry(end=date(2027, 1, 1)), lots={})
    assert (found.standing, found.needs) == (Standing.UNJUDGED, ())
    assert [also.key for also in found.also] == ["buy.reason.ends"]
    assert "class of software" in str(found.mend)
    assert judged(entry(), lots={}).standing is Standing.NOT_NEEDED


@pytest.mark.parametrize(("check", "here"), [("license.expiry", False), ("procurement.license", True), ("license.seats", None)])
def test_what_is_decided_to_stay_is_not_bought_and_says_who_decided(check: str, here: bool | None) -> None:
    found = judged(entry(end=date(2027, 1, 1)), waived=(check,))
    if here is None:
        assert found.standing is Standing.BUY
        return
    assert (found.standing, found.said.key, found.waived) == (Standing.NOT_NEEDED, "buy.not_needed.waived", here)


def test_a_need_beside_a_decided_one_is_bought_and_the_decision_told() -> None:
    found = judged(entry(end=date(2027, 1, 1)), 12, waived=("license.seats",))
    assert [need.action for need in found.needs] == [Action.RENEWAL]
    assert [also.key for also in found.also] == ["buy.not_needed.waived"]


def test_a_renewal_of_what_lies_idle_is_remarked() -> None:
    (need,) = judged(entry(end=date(2027, 1, 1)), 4).needs
    assert need.remark is not None
    assert judged(entry(end=date(2027, 1, 1)), 9).needs[0].remark is None
