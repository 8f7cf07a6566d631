"""Which license continues which, and whose a use is while terms follow each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from muhtar.license.register import License

__all__ = ["Terms", "follows"]


def follows(start: date, end: date, day: date) -> bool:
    """Whether a term that begins on `start` follows one that ends on `end` without a day between, or has begun by that day."""
    return start <= max(end + timedelta(days=1), day)


@dataclass(frozen=True)
class Terms:
    """Which entry continues which: `after` an id the entry that renews it (the first, of several), and every entry by its id."""

    after: Mapping[str, License]
    entries: Mapping[str, License]

    @classmethod
    def of(cls, licenses: Sequence[License]) -> Terms:
        """Of a register."""
        latest_first = sorted((entry for entry in licenses if entry.renews), key=lambda entry: entry.start, reverse=True)
        return cls({str(entry.renews): entry for entry in latest_first}, {entry.id: entry for entry in licenses})

    def counts(self, entry: License, day: date) -> bool:
        """Whether use on that day is this entry's: not while the term before still runs, nor once the next has begun."""
        before, after = self.entries.get(entry.renews or ""), self.after.get(entry.id)
        early = before is not None and day < entry.start and before.in_force(day)
        return not early and not (after is not None and not entry.in_force(day) and day >= after.start)
