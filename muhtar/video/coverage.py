"""How much of a day is there: the holes between recordings, and the share that is covered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Coverage", "cover"]

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Coverage:
    """From `begin` to `end`, `share` (0 to 1) is recorded; `gaps` are the holes that are longer than was asked for."""

    begin: datetime
    end: datetime
    share: float
    gaps: tuple[Span, ...]


def cover(spans: Iterable[Span], begin: datetime, end: datetime, *, longest: timedelta) -> Coverage:
    """What lies between `begin` and `end`; holes up to `longest` are none. Spans may overlap, in any order."""
    at, there = begin, timedelta()
    gaps: list[Span] = []
    for start, stop in sorted((max(start, begin), min(stop, end)) for start, stop in spans):
        if stop <= max(start, at):
            continue
        if start - at > longest:
            gaps.append((at, start))
        there += stop - max(start, at)
        at = stop
    if end - at > longest:
        gaps.append((at, end))
    whole = end - begin
    return Coverage(begin, end, there / whole if whole > timedelta() else 1.0, tuple(gaps))
