"""What ends, and when: the entries of the one calendar, as a report carries them and every renderer draws them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Calendar", "Deadline", "Kind", "State"]


class Kind(StrEnum):
    """What an entry is of. The order is that of the picture."""

    LICENSE = "license"
    MAKER = "maker"
    WARRANTY = "warranty"
    MAINTENANCE = "maintenance"
    SUPPORT = "support"
    CERTIFICATE = "certificate"
    DOMAIN = "domain"


class State(StrEnum):
    """How an entry stands on a day, worst first."""

    ENDED = "ended"
    ORDER = "order"
    NOTICE = "notice"
    FINE = "fine"
    RENEWED = "renewed"


class Deadline(BaseModel):
    """One thing that ends. All days are of the site's time zone.

    `id` is its source's own (an id of a register, host and port of a service); with `kind` it never changes, so a calendar that
    is read anew knows its entries again. `end` is the last day in force. `order_by` is the first day on which ordering a renewal
    is too late; None where nothing is ordered. `notices` are days before the end. `renewed_by` names what follows it without a
    gap. `visit_every` days, counted from `start`, somebody comes. `about` says what hangs on it, for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    about: str = ""
    start: date | None = None
    end: date
    order_by: date | None = None
    notices: tuple[int, ...] = ()
    renewed_by: str | None = None
    visit_every: int | None = Field(default=None, ge=1)

    def state(self, day: date) -> State:
        """As the audits judge it: from the latest day of order on it must be ordered, and within a notice it ends soon."""
        left = (self.end - day).days
        if self.renewed_by:
            return State.RENEWED
        if left < 0:
            return State.ENDED
        if self.order_by and day >= self.order_by:
            return State.ORDER
        return State.NOTICE if any(left <= notice for notice in self.notices) else State.FINE

    def visits(self, first: date, last: date) -> list[date]:
        """The days of visits from `first` to `last`, both included, and not beyond the end."""
        if self.visit_every is None or self.start is None:
            return []
        number = max(1, -((self.start - first).days // self.visit_every))
        found = []
        while (day := self.start + timedelta(days=number * self.visit_every)) <= min(last, self.end):
            if day >= first:
                found.append(day)
            number += 1
        return found


class Calendar(BaseModel):
    """All entries, and the day from which they are looked at. `open_ended` counts what has no end and so no place in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    entries: tuple[Deadline, ...] = ()
    open_ended: int = Field(default=0, ge=0)
