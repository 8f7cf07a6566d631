"""Where the entries of a calendar go in a picture: a row each, grouped by kind, over two years. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from muhtar.deadlines import Calendar, Deadline, Kind, State
from muhtar.render.context import Context
from muhtar.render.view import printable

__all__ = ["MARKS", "Bar", "Group", "Month", "Timeline", "timeline", "upcoming"]

LEFT, CHART, RIGHT = 292, 696, 116
AXIS, ROW, HEAD, GAP = 46, 20, 24, 8
# Three months back: what has just ended is still to be dealt with. Two years in all: this budget year and the next.
BEFORE, MONTHS = 3, 24
LONGEST = 42
MARKS = {State.ENDED: "✗", State.ORDER: "!", State.NOTICE: "~", State.FINE: "", State.RENEWED: ""}
"""Signs beside a day, for whoever sees no colours."""


@dataclass(frozen=True)
class Bar:
    """An entry's row. `y` is the row's middle; `x` to `end` the bar, all in pixels; without `x`, only the end is known.

    `beyond` tells that it ends after the picture; `order` is where ordering becomes too late, `visits` where somebody comes.
    """

    entry: Deadline
    state: State
    y: int
    x: int | None
    end: int
    beyond: bool
    order: int | None
    visits: tuple[int, ...]

    @property
    def width(self) -> int:
        """Of the bar, so that even a day can be seen."""
        return max(3, self.end - (self.x or 0))

    @property
    def shown(self) -> str:
        """The title, cut where it would not fit."""
        title = printable(self.entry.title)
        return title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"


@dataclass(frozen=True)
class Group:
    """The bars of a kind; `y` is the base line of its name."""

    kind: Kind
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Month:
    """The line at the beginning of a month; `label` only at quarters."""

    x: int
    label: str


@dataclass(frozen=True)
class Timeline:
    """The whole picture, `width` by `height` pixels; `gone` counts entries that ended before it begins, on `first`."""

    groups: tuple[Group, ...]
    months: tuple[Month, ...]
    today: int
    first: date
    gone: int
    width: int
    height: int

    @property
    def states(self) -> list[State]:
        """Those that are in it, for the legend, worst first."""
        seen = {bar.state for group in self.groups for bar in group.bars}
        return [state for state in State if state in seen]

    @property
    def bars(self) -> int:
        """How many."""
        return sum(len(group.bars) for group in self.groups)

    @property
    def orders(self) -> bool:
        """Is a day of order in it?"""
        return any(bar.order is not None for group in self.groups for bar in group.bars)

    @property
    def visits(self) -> bool:
        """Is a visit in it?"""
        return any(bar.visits for group in self.groups for bar in group.bars)


def timeline(calendar: Calendar, context: Context) -> Timeline:
    """The picture of a calendar, as it looks on its day."""
    scale = _Scale(_month(calendar.day, -BEFORE), _month(calendar.day, MONTHS - BEFORE))
    shown = [entry for entry in calendar.entries if entry.end >= scale.first]
    groups = []
    y = AXIS
    for kind, entries in _by_kind(shown):
        bars = tuple(_bar(entry, calendar.day, scale, y + HEAD + ROW * number + ROW // 2) for number, entry in enumerate(entries))
        groups.append(Group(kind, y + HEAD - 7, bars))
        y += HEAD + ROW * len(bars) + GAP
    return Timeline(
        groups=tuple(groups),
        months=tuple(_months(scale, context)),
        today=scale.x(calendar.day),
        first=scale.first,
        gone=len(calendar.entries) - len(shown),
        width=LEFT + CHART + RIGHT,
        height=y,
    )


def upcoming(calendar: Calendar) -> list[Deadline]:
    """What is in the picture and not renewed, the first to end first."""
    first = _month(calendar.day, -BEFORE)
    return [entry for entry in calendar.entries if entry.end >= first and entry.state(calendar.day) is not State.RENEWED]


@dataclass(frozen=True)
class _Scale:
    """Days to pixels: `first` is at the left edge of the chart, `last` at the right one."""

    first: date
    last: date

    def x(self, day: date) -> int:
        inside = min(max(day, self.first), self.last)
        return LEFT + round((inside - self.first).days * CHART / (self.last - self.first).days)

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def _bar(entry: Deadline, day: date, scale: _Scale, y: int) -> Bar:
    state = entry.state(day)
    # A term that is renewed is not ordered again; one that is over cannot be.
    order = entry.order_by if state not in {State.RENEWED, State.ENDED} else None
    visits = entry.visits(max(scale.first, day), scale.last)
    return Bar(
        entry=entry,
        state=state,
        y=y,
        x=None if entry.start is None else scale.x(entry.start),
        # The last day is in force to its end.
        end=scale.x(entry.end + timedelta(days=1)),
        beyond=entry.end >= scale.last,
        order=scale.x(order) if order and scale.has(order) else None,
        visits=tuple(scale.x(visit) for visit in visits),
    )


def _by_kind(entries: Iterable[Deadline]) -> Iterator[tuple[Kind, list[Deadline]]]:
    found = sorted(entries, key=lambda entry: (entry.end, entry.id))
    for kind in Kind:
        if members := [entry for entry in found if entry.kind is kind]:
            yield kind, members


def _months(scale: _Scale, context: Context) -> Iterator[Month]:
    names = context.words("time.months").split()
    day = scale.first
    while day < scale.last:
        yield Month(scale.x(day), f"{names[day.month - 1]} {day.year}" if day.month % 3 == 1 else "")
        day = _month(day, 1)


def _month(day: date, number: int) -> date:
    """The first day of the month so many months after that of `day`."""
    months = day.year * 12 + day.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
