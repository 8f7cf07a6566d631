"""Which way of law 4734 each lot is bought by. Pure.

A lot is what all directorates need of one kind: article 5 forbids to divide it so as to stay below a limit. What 21/f and 22/d
take together is bounded by article 62/ı, for goods and services apart; the lots that must be ordered first take it first. Limits
are held against the estimated cost without KDV (article 9), the bound of 62/ı against what is spent, with KDV.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from muhtar.procurement.model import Line, Lot, Priced, Route
from muhtar.procurement.register import Limits, Rate
from muhtar.procurement.values import Money, Said

__all__ = ["price_lots", "rates_on"]

_CENT = Decimal("0.01")


def rates_on(rates: Iterable[Rate], day: date) -> dict[str, Rate]:
    """Currency → the newest rate that is not of a later day."""
    found: dict[str, Rate] = {}
    for rate in sorted(rates, key=lambda one: one.on):
        if rate.on <= day:
            found[rate.currency] = rate
    return found


def price_lots(lines: Sequence[Line], limits: Limits, rates: Mapping[str, Rate]) -> dict[str, Priced]:
    """Lot id → its sums and its way, in the order in which they must be ordered."""
    of_lot: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_lot[line.lot.id].append(line)
    room = {
        nature: share.appropriation * limits.share_percent / 100 - share.spent
        for nature, share in (("goods", limits.goods), ("services", limits.services))
    }
    found = {}
    for name, own in sorted(of_lot.items(), key=lambda item: (min(line.latest for line in item[1]), item[0])):
        lot = own[0].lot
        sums = Money.sums(line.money for line in own if line.money)
        lira, lack = _in_lira(own, sums, rates)
        if lot.way is not None:
            route, because = Route(lot.way.by), Said.of("buy.because.way", because=lot.way.because)
        else:
            route, because = (Route.UNKNOWN, lack) if lira is None else _route(lot, lira, limits, room)
        found[name] = Priced(lot, sums, lira, route, because, min(line.latest for line in own))
    return found


def _in_lira(lines: Sequence[Line], sums: Mapping[str, Money], rates: Mapping[str, Rate]) -> tuple[Money | None, Said]:
    """The lot in lira; None, and why, where a price or a rate is not in the register."""
    unpriced = sorted({line.what for line in lines if line.money is None})
    if unpriced:
        return None, Said.of("buy.because.no_price", what=", ".join(unpriced))
    net = gross = Decimal(0)
    for currency, money in sums.items():
        rate = Decimal(1) if currency == "TRY" else rates[currency].lira if currency in rates else None
        if rate is None:
            return None, Said.of("buy.because.no_rate", currency=currency)
        net, gross = net + money.net * rate, gross + money.gross * rate
    return Money(net.quantize(_CENT), gross.quantize(_CENT), "TRY"), Said.of("buy.because.limit")


def _route(lot: Lot, lira: Money, limits: Limits, room: dict[str, Decimal]) -> tuple[Route, Said]:
    """By its sum; `room` is what 62/ı leaves, and is taken from."""
    if lira.net > limits.negotiated:
        return Route.OPEN, Said.of("buy.because.above")
    if lira.gross > room[lot.nature]:
        return Route.OPEN, Said.of("buy.because.share", percent=limits.share_percent)
    room[lot.nature] -= lira.gross
    return (Route.DIRECT if lira.net <= limits.direct else Route.NEGOTIATED), Said.of("buy.because.limit")
