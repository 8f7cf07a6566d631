"""A sentence in any language, and money in any currency: what the parts of a purchase list are told with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from muhtar.i18n import Words
from muhtar.license.fields import Cost

__all__ = ["Money", "Said"]


@dataclass(frozen=True)
class Said:
    """A sentence of the catalogue and what stands in its places; days are written as the language has them."""

    key: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, key: str, **values: object) -> Said:
        """`Said.of("buy.reason.ends", end=day)`."""
        return cls(key, tuple(values.items()))

    def text(self, words: Words) -> str:
        """In a language."""
        form = words("time.date")
        return words(
            self.key, **{name: value.strftime(form) if isinstance(value, date) else value for name, value in self.values}
        )


@dataclass(frozen=True)
class Money:
    """An amount in a currency, without and with KDV, to the hundredth."""

    net: Decimal
    gross: Decimal
    currency: str

    @classmethod
    def of(cls, cost: Cost, share: Decimal | int = 1) -> Money:
        """So many times a cost."""
        net = (cost.amount * share).quantize(Decimal("0.01"))
        return cls(net, (net * (100 + cost.kdv_percent) / 100).quantize(Decimal("0.01")), cost.currency)

    @staticmethod
    def sums(parts: Iterable[Money]) -> dict[str, Money]:
        """Currency → their sum, TRY first; nothing is added up over currencies."""
        found: dict[str, Money] = {}
        for part in parts:
            so_far = found.get(part.currency, Money(Decimal(0), Decimal(0), part.currency))
            found[part.currency] = Money(so_far.net + part.net, so_far.gross + part.gross, part.currency)
        return dict(sorted(found.items(), key=lambda item: (item[0] != "TRY", item[0])))
