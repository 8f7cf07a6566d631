"""The purchase list as a table for a screen: a line for each thing, summed over directorates unless one was asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from muhtar.i18n import Words
from muhtar.procurement.documents.forms import number
from muhtar.procurement.model import Action, Line, Purchase
from muhtar.procurement.values import Money
from muhtar.turkish import alphabetical

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["table"]


def table(purchase: Purchase, words: Words) -> Table:
    """Lots in the order in which they must be ordered; a last day that is past is red, what has no price says so."""
    from rich.table import Table
    from rich.text import Text

    about = purchase.about
    titles = ("label.thing", "label.action", "label.quantity", "label.order_by", "label.with_kdv", "label.way")
    right = {"label.quantity", "label.with_kdv"}
    whole = {*right, "label.order_by", "label.way"}
    shown = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim", title_justify="left", title_style="bold")
    shown.title = words("text.purchases", year=about.year, whose=about.directorate or about.municipality)
    for key in titles:
        shown.add_column(
            words(key),
            justify="right" if key in right else "left",
            no_wrap=key in whole,
            max_width=14 if key == "label.action" else None,
        )
    for lines in _things(purchase):
        first = lines[0]
        latest = min(line.latest for line in lines)
        known = [line.money for line in lines if line.money]
        shown.add_row(
            Text(first.what),
            words(f"buy.action.{first.action.value}"),
            _count(sum(line.quantity for line in lines), words),
            Text(latest.strftime(words("time.date")), style="red" if latest < about.day else ""),
            _amounts(known, words) if known else words("text.no_price"),
            words(f"buy.short.{purchase.lots[first.lot.id].route.value}"),
        )
    if purchase.lines:
        shown.add_section()
        total = _amounts([line.money for line in purchase.lines if line.money], words)
        shown.add_row(words("label.total"), "", "", "", Text(total, style="bold"), "")
    return shown


def _things(purchase: Purchase) -> list[list[Line]]:
    order = {name: at for at, name in enumerate(purchase.lots)}
    found: dict[tuple[str, str, Action], list[Line]] = defaultdict(list)
    for line in purchase.lines:
        found[line.lot.id, line.what, line.action].append(line)
    return [found[key] for key in sorted(found, key=lambda key: (order[key[0]], alphabetical(key[1]), key[2]))]


def _count(value: int, words: Words) -> str:
    return number(value) if words.lang == "tr" else f"{value:,}"


def _amounts(parts: list[Money], words: Words) -> str:
    """Each currency on a line of its own: nothing is added up over currencies."""
    sums = Money.sums(parts).values()
    return "\n".join(
        f"{number(one.gross)} {'TL' if one.currency == 'TRY' else one.currency}"
        if words.lang == "tr"
        else f"{one.gross:,} {one.currency}"
        for one in sums
    )
