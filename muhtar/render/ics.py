"""The report's calendar as iCalendar (RFC 5545), to be read into any calendar program, again and again.

Every entry keeps its UID over runs, and SEQUENCE grows with time: a program that reads the file anew changes the events that it
knows and adds no second ones. Events last whole days and leave their owner free. Nothing in them is secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from icalendar import Alarm, Calendar, Event, vRecur

from muhtar.deadlines import Deadline
from muhtar.errors import UsageError
from muhtar.i18n import Words
from muhtar.render.context import Context
from muhtar.render.view import printable
from muhtar.report import Report

__all__ = ["render"]

_ONE = timedelta(days=1)
# An alarm at midnight helps nobody.
_MORNING = timedelta(hours=9)
# An order is prepared for some days; on the last one it must go out.
_BEFORE_ORDER = (14, 0)


def render(report: Report, context: Context) -> str:
    """The calendar's text, CRLF at line ends. Raises UsageError for a report that holds no calendar."""
    if report.calendar is None:
        raise UsageError(f"the report of {report.workflow} holds no calendar", mend="./inv calendar.write --out ics=FILE")
    made = Calendar()
    made.add("prodid", f"-//Muhtar//{report.version}//{context.lang.upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", context.words("text.calendar_name", site=report.site))
    for entry in report.calendar.entries:
        for event in _events(entry, context.words):
            event["uid"] = f"{event['uid']}@{report.site}.muhtar"
            event.add("dtstamp", report.finished.replace(microsecond=0))
            # Minutes since 1970 fit into the 31 bits that some programs have for it, until the year 6053.
            event.add("sequence", int(report.finished.timestamp()) // 60)
            made.add_component(event)
    text: str = made.to_ical().decode()
    return text


def _events(entry: Deadline, words: Words) -> Iterator[Event]:
    """Its end, the last day of order, and the visits as one series.

    Of what is renewed the order is cancelled, not left out: a program that knows it would keep what it is told nothing of.
    """
    kind = words(f"deadline.{entry.kind.value}")
    name = printable(entry.title)
    notes = [printable(entry.about)] if entry.about else []
    if entry.renewed_by:
        notes.append(words("text.renewed_by", name=entry.renewed_by))
    ends = _event(entry, "end", entry.end, words("text.ends", kind=kind, name=name), notes)
    if not entry.renewed_by:
        _warn(ends, entry.notices, name)
    yield ends
    if entry.order_by:
        order = _event(entry, "order", entry.order_by - _ONE, words("text.order", kind=kind, name=name), notes)
        if entry.renewed_by:
            order.add("status", "CANCELLED")
        else:
            _warn(order, _BEFORE_ORDER, name)
        yield order
    if entry.visit_every and entry.start and (first := entry.start + timedelta(days=entry.visit_every)) <= entry.end:
        visit = _event(entry, "visit", first, words("text.visit", name=name), notes)
        visit.add("rrule", vRecur(FREQ="DAILY", INTERVAL=entry.visit_every, UNTIL=entry.end))
        yield visit


def _event(entry: Deadline, what: str, day: date, summary: str, notes: list[str]) -> Event:
    event = Event()
    event["uid"] = f"{what}-{entry.kind.value}-{entry.id}"
    event.add("summary", summary)
    event.add("dtstart", day)
    event.add("dtend", day + _ONE)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    event.add("categories", [entry.kind.value])
    if notes:
        event.add("description", "\n".join(notes))
    return event


def _warn(event: Event, notices: tuple[int, ...], text: str) -> None:
    for days in sorted(set(notices), reverse=True):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", text)
        alarm.add("trigger", _MORNING - timedelta(days=days))
        event.add_component(alarm)
