"""What a purchase list is made of. Words of it are keys of the catalogue, so that papers and screen say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from muhtar.license.assets import Asset
from muhtar.license.books import Book, Books
from muhtar.license.register import License
from muhtar.procurement.register import Limits, Procurement, Requirement, Way
from muhtar.procurement.values import Money, Said

__all__ = ["About", "Action", "Judged", "Line", "Lot", "Need", "Priced", "Purchase", "Route", "Standing"]


class Action(StrEnum):
    """What is to be done."""

    RENEWAL = "renewal"
    ADDITIONAL = "additional"
    REPLACEMENT = "replacement"
    MAINTENANCE = "maintenance"


class Route(StrEnum):
    """The way of law 4734 by which a lot is bought."""

    DIRECT = "22d"
    NEGOTIATED = "21f"
    OPEN = "19"
    DMO = "dmo"
    ONLY_PERSON = "22a"
    ONLY_RIGHTS = "22b"
    STANDARD = "22c"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """What became of an entry of the registers."""

    BUY = "buy"
    NOT_NEEDED = "not_needed"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Lot:
    """What is bought together, over all directorates: the law forbids to divide it.

    `years` of warranty and `lead` days until it is delivered are those of hardware.
    """

    id: str
    name: str
    kind: Literal["hardware", "maintenance", "software"]
    nature: Literal["goods", "services"]
    requirements: tuple[Requirement, ...]
    way: Way | None = None
    years: int | None = None
    lead: int | None = None


@dataclass(frozen=True)
class Need:
    """What one entry needs.

    `latest`: the last day on which it can be ordered in time; `money` None: nobody knows what it costs.
    """

    lot: Lot
    what: str
    action: Action
    reason: Said
    quantity: int
    unit: Said
    latest: date
    money: Money | None
    remark: Said | None = None


@dataclass(frozen=True)
class Judged:
    """An entry of a register: what it needs, or why it needs nothing, or why nobody can tell (and it may need something).

    `also`: what else there is to say of it. `detail`: why nobody can tell, as who was asked said it.
    `waived` by a waiver of the purchase itself: it is a finding of the report, and not on the list. `failed`:
    a register is wrong.
    """

    book: Book
    index: int
    id: str
    directorate: str
    said: Said
    needs: tuple[Need, ...] = ()
    unjudged: bool = False
    failed: bool = False
    waived: bool = False
    also: tuple[Said, ...] = ()
    detail: str | None = None
    mend: str | None = None

    @property
    def standing(self) -> Standing:
        """What nobody could tell is never told as done."""
        if self.unjudged:
            return Standing.UNJUDGED
        return Standing.BUY if self.needs else Standing.NOT_NEEDED


@dataclass(frozen=True)
class Line:
    """A line of the list: what a directorate needs of one thing, from one or more entries."""

    lot: Lot
    directorate: str
    what: str
    action: Action
    reason: Said
    quantity: int
    unit: Said
    latest: date
    money: Money | None
    entries: tuple[str, ...]
    remark: Said | None = None


@dataclass(frozen=True)
class Priced:
    """A lot with its sums by currency, its sum in lira (None: it cannot be told) and the way that it is bought."""

    lot: Lot
    sums: Mapping[str, Money]
    lira: Money | None
    route: Route
    because: Said
    latest: date


@dataclass(frozen=True)
class About:
    """Of which town, day and year a list is, and whose: of one directorate where it is named."""

    municipality: str
    department: str
    day: date
    year: int
    directorate: str | None = None

    @property
    def until(self) -> date:
        """The last day of the budget year, which is the calendar year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True)
class Purchase:
    """The whole list. `lots` are of the whole town, even where the lines are those of one directorate.

    `idle_roles`: hardware of the register that fits no asset in use.
    """

    about: About
    lines: tuple[Line, ...]
    lots: Mapping[str, Priced]
    judged: tuple[Judged, ...]
    register: Procurement
    limits: Limits
    books: Books
    idle_roles: tuple[str, ...] = ()

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """By their ids."""
        return {asset.id: asset for asset in self.books.assets}

    @cached_property
    def licenses(self) -> Mapping[str, License]:
        """By their ids."""
        return {entry.id: entry for entry in self.books.licenses}

    def late(self, line: Line) -> bool:
        """Whether its last day to order in time is past."""
        return line.latest < self.about.day
