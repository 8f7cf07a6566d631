"""The columns of the list, the same in CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from muhtar.i18n import Words
from muhtar.procurement.model import Line, Purchase

__all__ = ["COLUMNS", "TURKISH", "Column", "Value", "rows"]

TURKISH = Words("tr")
Value = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A title, the width that fits it (in characters), and what stands in it on a line; `money` is an amount in its currency."""

    title: str
    width: float
    of: Callable[[Purchase, Line], Value]
    money: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("Alım konusu", 22, lambda _, line: line.lot.name),
    Column("Müdürlük", 23, lambda _, line: line.directorate),
    Column("Ürün ya da hizmet", 22, lambda _, line: line.what),
    Column("İşlem", 16, lambda _, line: TURKISH(f"buy.action.{line.action.value}")),
    Column("Gerekçe", 32, lambda _, line: line.reason.text(TURKISH)),
    Column("Miktar", 8, lambda _, line: line.quantity),
    Column("Birim", 10, lambda _, line: line.unit.text(TURKISH)),
    Column("En geç sipariş", 11, lambda _, line: line.latest),
    Column("Gecikti", 8, lambda purchase, line: TURKISH("text.yes" if purchase.late(line) else "text.no")),
    Column("Tutar (KDV hariç)", 17, lambda _, line: line.money.net if line.money else None, money=True),
    Column("Tutar (KDV dâhil)", 17, lambda _, line: line.money.gross if line.money else None, money=True),
    Column("Para birimi", 8, lambda _, line: line.money.currency if line.money else None),
    Column("Bütçe yılı", 7, lambda purchase, _: purchase.about.year),
    Column("Alım usulü (4734)", 22, lambda purchase, line: TURKISH(f"buy.route.{purchase.lots[line.lot.id].route.value}")),
    Column("Açıklama", 20, lambda _, line: _remark(line)),
)


def _remark(line: Line) -> str | None:
    told = [line.remark.text(TURKISH)] if line.remark else []
    told += [] if line.money else ["fiyatı kayıtlarda yok"]
    return "; ".join(told) or None


def rows(purchase: Purchase, columns: Sequence[Column] = COLUMNS) -> Iterator[list[Value]]:
    """Each line's values, in the order of the columns."""
    for line in purchase.lines:
        yield [column.of(purchase, line) for column in columns]
