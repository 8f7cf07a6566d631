"""What an asset needs: one in its place, a maintenance contract, or nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muhtar.license.assets import Asset
from muhtar.license.contracts import Contract
from muhtar.outcome import Waived
from muhtar.procurement.hardware import Keeper, life_ends
from muhtar.procurement.model import Action, Judged, Standing
from muhtar.procurement.register import Hardware

DAY = date(2026, 12, 1)
UNTIL = date(2027, 12, 31)


def role(name: str = "r", **more: object) -> Hardware:
    line = [{"item": "a", "wanted": "b"}]
    values = {"id": name, "name": name, "kinds": ["computer"], "requirements": line, "maintenance_requirements": line}
    return Hardware.model_validate(values | {"life_years": 5, "lead_time_days": 60} | more)


def contract(end: date | None, name: str = "w", start: date = date(2000, 1, 1), lead: int = 30) -> Contract:
    values = {"id": name, "supplier": "S", "kind": "warranty", "start": start, "end": end, "lead_time_days": lead}
    return Contract.model_validate(values)


def judged(*contracts: Contract, roles=None, exempt_kinds=None, waived=(), **more: object) -> Judged:
    values = {"id": "a", "kind": "computer", "maker": "M", "model": "X", "serial": "1", "purchased": date(2024, 1, 1)}
    asset = Asset.model_validate(values | {"contracts": [one.id for one in contracts]} | more)
    decided = Waived(id="w", owner="Müdür", reason="because", until=UNTIL)
    keeper = Keeper(
        DAY,
        UNTIL,
        [role()] if roles is None else roles,
        {one.id: one for one in contracts},
        exempt_kinds or {},
        lambda target, check: decided if (target, check) in waived else None,
        "Bilgi İşlem Müdürlüğü",
    )
    return keeper.judge(0, asset)


def needs(found: Judged) -> list[tuple[str, str]]:
    return [(need.action.value, need.reason.key.rpartition(".")[2]) for need in found.needs]


@given(st.dates(date(2010, 1, 1), date(2026, 12, 1)), st.integers(1, 20))
@example(date(2024, 2, 29), 4)
@example(date(2024, 2, 29), 1)
def test_a_life_of_so_many_years_ends_on_the_day_before_its_anniversary(purchased: date, years: int) -> None:
    after = life_ends(purchased, years) + timedelta(days=1)
    assert (after.year, after.month) == (purchased.year + years, purchased.month)
    assert after.day == (28 if (purchased.month, purchased.day) == (2, 29) else purchased.day)


@given(st.dates(date(2015, 1, 1), date(2026, 12, 1)), st.integers(0, 200))
def test_it_is_replaced_where_the_last_day_to_order_is_within_the_year(purchased: date, lead: int) -> None:
    found = judged(contract(None), purchased=purchased, roles=[role(lead_time_days=lead)])
    latest = life_ends(purchased, 5) - timedelta(days=lead + 1)
    assert (found.standing is Standing.BUY) == (latest <= UNTIL)
    assert [need.latest for need in found.needs] == ([latest] if latest <= UNTIL else [])


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (date(2026, 11, 30), [("maintenance", "uncovered")]),
        (date(2026, 12, 1), [("maintenance", "cover_ends")]),
        (date(2028, 1, 31), [("maintenance", "cover_ends")]),
        (date(2028, 2, 1), []),
    ],
)
def test_a_contract_is_bought_where_it_must_be_ordered_within_the_year(last: date, expected: list[tuple[str, str]]) -> None:
    assert needs(judged(contract(last, lead=30), purchased=date(2025, 1, 1))) == expected


def test_a_role_may_ask_for_another_one_instead_of_maintenance() -> None:
    found = judged(contract(date(2026, 1, 1)), roles=[role(uncovered="replacement")])
    assert needs(found) == [("replacement", "uncovered")]


def test_an_old_one_is_replaced_and_not_maintained_too() -> None:
    assert needs(judged(purchased=date(2020, 1, 1))) == [("replacement", "old")]


def test_without_a_contract_it_is_uncovered_since_it_was_bought() -> None:
    (need,) = judged(purchased=date(2025, 3, 4)).needs
    assert (need.action, need.latest) == (Action.MAINTENANCE, date(2025, 3, 4))


def test_open_ended_cover_and_one_that_begins_later_need_nothing() -> None:
    assert judged(contract(None)).said.key == "buy.not_needed.covered"
    later = contract(date(2031, 1, 1), "later", start=date(2027, 3, 1))
    assert judged(contract(date(2026, 1, 1)), later).said.key == "buy.not_needed.covered_again"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"retired": UNTIL}, "retired"),
        ({"purchased": date(2026, 12, 2)}, "not_yet"),
        ({"exempt": "runs the archive"}, "exempt"),
    ],
)
def test_what_is_out_of_use_not_yet_bought_or_exempt_needs_no_cover(more: dict[str, object], key: str) -> None:
    assert judged(**more).said.key == f"buy.not_needed.{key}"


def test_one_that_retires_after_the_year_is_still_covered_in_it() -> None:
    assert judged(retired=UNTIL + timedelta(days=1)).standing is Standing.BUY


def test_an_exempt_kind_is_replaced_at_the_end_of_its_life_all_the_same() -> None:
    assert needs(judged(exempt_kinds={"computer": "spare ones"}, purchased=date(2015, 1, 1))) == [("replacement", "old")]
    assert judged(exempt_kinds={"computer": "spare ones"}).said.key == "buy.not_needed.exempt"


def test_what_no_role_fits_cannot_be_judged_unless_it_is_exempt() -> None:
    found = judged(kind="plotter")
    assert found.standing is Standing.UNJUDGED
    assert "kind plotter" in str(found.mend)
    assert judged(kind="plotter", exempt_kinds={"plotter": "old"}).standing is Standing.NOT_NEEDED


def test_the_first_role_that_fits_by_kind_model_and_directorate_is_the_assets() -> None:
    drawing = role("drawing", directorates=["Fen İşleri Müdürlüğü"], life_years=1)
    rack = role("rack", models=["R-1"], life_years=1)
    roles = [drawing, rack, role("office")]

    def lot(**more: object) -> str:
        return judged(roles=roles, purchased=date(2015, 1, 1), **more).needs[0].lot.id

    assert lot(directorate="FEN İŞLERİ MÜDÜRLÜĞÜ") == "drawing"
    assert lot(model="R-1") == "rack"
    assert lot() == "office"


@pytest.mark.parametrize(
    ("waiver", "standing"),
    [
        (("a", "warranty.cover"), Standing.NOT_NEEDED),
        (("w", "warranty.expiry"), Standing.NOT_NEEDED),
        (("a", "procurement.asset"), Standing.NOT_NEEDED),
        (("a", "license.seats"), Standing.BUY),
    ],
)
def test_a_decision_that_it_stays_uncovered_is_heeded(waiver: tuple[str, str], standing: Standing) -> None:
    assert judged(contract(date(2026, 1, 1)), waived=(waiver,)).standing is standing


def test_a_waiver_of_cover_does_not_keep_an_old_one() -> None:
    assert judged(purchased=date(2015, 1, 1), waived=(("a", "warranty.cover"),)).standing is Standing.BUY
