"""The way of buying: at, below and above each limit; what nobody can tell is not told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from muhtar.procurement.model import Action, Line, Lot, Priced
from muhtar.procurement.register import Limits, Rate, Way
from muhtar.procurement.routes import price_lots, rates_on
from muhtar.procurement.values import Money, Said

DAY = date(2027, 3, 1)


def limits(appropriation: int = 10**9, spent: int = 0) -> Limits:
    share = {"appropriation": appropriation, "spent": spent}
    return Limits.model_validate(
        {"year": 2027, "direct": 1000, "negotiated": 3000, "goods": share, "services": share, "source": "test"}
    )


def lot(name: str = "a", nature: str = "goods", way: Way | None = None) -> Lot:
    return Lot(name, name, "software", nature, (), way)  # type: ignore[arg-type]


def line(net: str | None, currency: str = "TRY", of: Lot | None = None, latest: date = DAY) -> Line:
    money = None if net is None else Money(Decimal(net), Decimal(net) * Decimal("1.2"), currency)
    one = of or lot()
    return Line(
        one, "D", f"thing of {one.id}", Action.RENEWAL, Said("buy.reason.old"), 1, Said("buy.unit"), latest, money, ("x",)
    )


def priced(*lines: Line, with_limits: Limits | None = None, rates: tuple[Rate, ...] = ()) -> dict[str, Priced]:
    return price_lots(lines, with_limits or limits(), rates_on(rates, DAY))


@pytest.mark.parametrize(
    ("net", "route"),
    [("0.01", "22d"), ("1000.00", "22d"), ("1000.01", "21f"), ("3000.00", "21f"), ("3000.01", "19")],
)
def test_limits_hold_without_kdv_and_the_limit_itself_is_within(net: str, route: str) -> None:
    assert priced(line(net))["a"].route == route


def test_what_several_directorates_need_is_one_lot_that_no_limit_divides() -> None:
    found = priced(line("900"), line("900"), line("900"), line("900"))["a"]
    assert (found.route, found.lira.net) == ("19", Decimal("3600.00"))


def rate(on: date, lira: str = "40", currency: str = "USD") -> Rate:
    return Rate.model_validate({"currency": currency, "lira": lira, "on": on, "source": "test"})


def test_foreign_money_counts_by_the_newest_rate_that_is_not_of_a_later_day() -> None:
    rates = (rate(date(2027, 2, 1), "10"), rate(DAY, "50"), rate(date(2027, 3, 2), "1"))
    found = priced(line("20", "USD"), line("1"), rates=rates)["a"]
    assert (found.lira.net, found.lira.gross, found.route) == (Decimal("1001.00"), Decimal("1201.20"), "21f")
    assert {name: money.net for name, money in found.sums.items()} == {"TRY": Decimal(1), "USD": Decimal(20)}


@pytest.mark.parametrize("rates", [(), (rate(date(2027, 3, 2)),), (rate(DAY, currency="EUR"),)])
def test_without_a_rate_of_that_day_no_way_is_told(rates: tuple[Rate, ...]) -> None:
    found = priced(line("20", "USD"), rates=rates)["a"]
    assert (found.route, found.lira, found.because.key) == ("unknown", None, "buy.because.no_rate")


def test_a_line_without_a_price_leaves_the_whole_lot_untold() -> None:
    found = priced(line("5"), line(None))["a"]
    assert (found.route, found.because.key) == ("unknown", "buy.because.no_price")


def test_a_way_that_the_register_gives_holds_whatever_the_cost() -> None:
    way = Way.model_validate({"by": "dmo", "because": "in the catalogue"})
    assert priced(line(None, of=lot(way=way)))["a"].route == "dmo"
    assert priced(line("99999", of=lot(way=way)))["a"].route == "dmo"


def test_the_share_of_62_is_taken_by_what_must_be_ordered_first_with_kdv_for_goods_and_services_apart() -> None:
    first, second = lot("z-first"), lot("a-second")
    lines = [
        line("500", of=second, latest=date(2027, 6, 1)),
        line("500", of=first, latest=date(2027, 5, 1)),
        line("500", of=lot("service", "services"), latest=date(2027, 7, 1)),
    ]
    found = priced(*lines, with_limits=limits(appropriation=7000))
    assert list(found) == ["z-first", "a-second", "service"]
    assert {name: one.route.value for name, one in found.items()} == {"z-first": "22d", "a-second": "19", "service": "22d"}
    assert found["a-second"].because.key == "buy.because.share"


@pytest.mark.parametrize(("spent", "route"), [(100, "22d"), (101, "19")])
def test_what_was_spent_already_is_of_the_share(spent: int, route: str) -> None:
    assert priced(line("500"), with_limits=limits(appropriation=7000, spent=spent))["a"].route == route
