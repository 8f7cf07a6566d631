"""The days on which an asset is covered, by all of its contracts together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from muhtar.license.contracts import Contract

__all__ = ["Cover", "Period", "cover_of"]

_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Covered on every day from `first` to `last`, both included; without `last`, for good."""

    first: date
    last: date | None

    def has(self, day: date) -> bool:
        """Whether it covers that day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.last else f"{self.first} on"


@dataclass(frozen=True)
class Cover:
    """Periods in their order, with at least one day without cover between any two."""

    periods: tuple[Period, ...]

    def at(self, day: date) -> Period | None:
        """The period that covers a day."""
        return next((period for period in self.periods if period.has(day)), None)

    def after(self, day: date) -> Period | None:
        """The first period that begins after a day."""
        return next((period for period in self.periods if period.first > day), None)

    def before(self, day: date) -> Period | None:
        """The last period that ended before a day."""
        return next((period for period in reversed(self.periods) if period.last is not None and period.last < day), None)

    @property
    def last(self) -> date | None:
        """The last day of all with cover; None where there is no cover, or no end of it."""
        return self.periods[-1].last if self.periods else None

    def gaps(self) -> list[Period]:
        """The stretches between periods."""
        return [Period(one.last + _ONE, other.first - _ONE) for one, other in pairwise(self.periods) if one.last is not None]


def cover_of(contracts: Iterable[Contract]) -> Cover:
    """What the contracts cover together: those that overlap, or follow each other on the next day, are one period."""
    periods: list[Period] = []
    for contract in sorted(contracts, key=lambda item: item.start):
        if periods and (periods[-1].last is None or contract.start <= periods[-1].last + _ONE):
            first, last = periods[-1].first, periods[-1].last
            later = None if last is None or contract.end is None else max(last, contract.end)
            periods[-1] = Period(first, later)
        else:
            periods.append(Period(contract.start, contract.end))
    return Cover(tuple(periods))
