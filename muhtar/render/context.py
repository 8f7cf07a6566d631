"""What a renderer must know besides the report: language, time zone, history, and the width of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muhtar.errors import UsageError
from muhtar.i18n import Words

if TYPE_CHECKING:
    from muhtar.history import Comparison

__all__ = ["Context"]

# Context has a `date` of its own.
_Day = date


@dataclass(frozen=True)
class Context:
    """How to draw a report.

    `comparison` is what the history says of it, if there is one. `width` (columns) and `color` are for the terminal alone;
    None means: what the terminal that we run in has (`COLUMNS`, `NO_COLOR` and whether it is one at all).
    """

    lang: str = "en"
    timezone: str = "Europe/Istanbul"
    comparison: Comparison | None = None
    width: int | None = None
    color: bool | None = None

    @cached_property
    def words(self) -> Words:
        """The catalogue in the reader's language. Raises UsageError for a language that it lacks."""
        return Words(self.lang)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's time zone. Raises UsageError where this machine does not know it."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UsageError(
                f"this machine knows no time zone {self.timezone!r}",
                key="timezone",
                mend="mend settings.yml of the site, or install the system's package tzdata",
            ) from None

    def moment(self, when: datetime) -> str:
        """Date and time to the minute, in the site's zone and the language's order."""
        return when.astimezone(self.zone).strftime(self.words("time.format"))

    def date(self, when: datetime) -> str:
        """The day, in the site's zone and the language's order."""
        return self.day(when.astimezone(self.zone))

    def day(self, day: _Day) -> str:
        """A day of the calendar, which no time zone moves, in the language's order."""
        return day.strftime(self.words("time.date"))

    def iso(self, when: datetime) -> str:
        """ISO 8601 to the second with the offset of the site's zone, for machines."""
        return when.astimezone(self.zone).isoformat(timespec="seconds")

    def age(self, when: datetime, now: datetime) -> str:
        """A moment, and how long before `now` it was: `2026-11-20 22:54, 6 d ago`."""
        days = (now - when).days
        ago = self.words("time.days", number=days) if days >= 2 else self.duration((now - when).total_seconds())
        return self.words("text.ago", moment=self.moment(when), age=ago)

    def duration(self, seconds: float) -> str:
        """Seconds as people say them: `0.4 s`, `52 s`, `3 min 5 s`, `2 h 10 min`."""
        if seconds < 10:
            tenths = f"{seconds:.1f}".replace(".", "," if self.lang == "tr" else ".")
            return self.words("time.seconds", number=tenths)
        whole = round(seconds)
        if whole < 60:
            return self.words("time.seconds", number=whole)
        if whole < 3600:
            return self.words("time.minutes", minutes=whole // 60, seconds=whole % 60)
        return self.words("time.hours", hours=whole // 3600, minutes=whole % 3600 // 60)
