"""The table of backups, as every renderer draws it: one row a system, each cell with how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from muhtar.outcome import Status
from muhtar.protection import Property, Protection
from muhtar.render.context import Context
from muhtar.render.view import printable
from muhtar.report import Report

__all__ = ["Cell", "head", "rows"]

_NONE = "–"
_UNITS = ("B", "kB", "MB", "GB", "TB")
_COPIES, _MEDIA = 3, 2


@dataclass(frozen=True)
class Cell:
    """What stands in it, and how bad that is."""

    text: str
    status: Status = Status.OK


def head(context: Context) -> list[str]:
    """The titles of the columns."""
    words = context.words
    return [
        words("label.system"),
        words("label.last_good"),
        words("label.rpo"),
        words("label.copies"),
        words("label.media"),
        words("label.offsite"),
        words("label.append_only"),
        words("label.last_check"),
        words("label.last_drill"),
        words("label.size"),
    ]


def rows(report: Report, context: Context) -> list[list[Cell]]:
    """One row a system, in the order of the report."""
    return [list(_cells(line, report, context)) for line in report.protection]


def _cells(line: Protection, report: Report, context: Context) -> Iterator[Cell]:
    words = context.words
    yield Cell(printable(line.system), _worst(line))
    yield Cell(context.moment(line.last) if line.last else _unknown(line, "age", words("text.never")), _status(line, "age"))
    hours = words("time.hours_alone", number=f"{line.rpo_hours:g}")
    if line.last:
        old = (report.finished - line.last).total_seconds() / 3600
        hours = f"{old:.0f} / {hours}"
    yield Cell(hours, _status(line, "age"))
    copies = _NONE if line.copies is None else f"{line.copies} / {_COPIES}"
    yield Cell(copies, _status(line, "copies"))
    yield Cell(f"{line.media} / {_MEDIA}", _status(line, "media"))
    yes, no = words("text.yes"), words("text.no")
    yield Cell(_unknown(line, "offsite", yes if line.offsite else no), _status(line, "offsite"))
    yield Cell(_unknown(line, "append_only", yes if line.append_only else no), _status(line, "append_only"))
    checked = context.date(line.checked) if line.checked else words("text.never")
    yield Cell(f"{checked} ({line.read:.1%})" if line.checked and line.read is not None else checked, _status(line, "check"))
    drilled = context.date(line.drilled) if line.drilled else words("text.never")
    took = f" ({context.duration(line.rto_seconds)})" if line.drilled and line.rto_seconds is not None else ""
    yield Cell(drilled + took, _status(line, "drill"))
    yield Cell(_size(line), _status(line, "size"))


def _size(line: Protection) -> str:
    if line.bytes is None:
        return _NONE
    value, unit = float(line.bytes), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    growth = f" ({line.growth - 1:+.0%})" if line.growth is not None else ""
    return f"{value:.{1 if unit else 0}f} {_UNITS[unit]}{growth}"


def _unknown(line: Protection, name: Property, otherwise: str) -> str:
    return _NONE if name in line.unknown else otherwise


def _status(line: Protection, name: Property) -> Status:
    if name in line.lacks:
        return Status.FINDING
    return Status.UNCHECKED if name in line.unknown else Status.OK


def _worst(line: Protection) -> Status:
    if line.unknown:
        return Status.UNCHECKED
    return Status.FINDING if line.lacks else Status.OK
