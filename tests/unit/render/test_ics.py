"""The calendar as iCalendar: read back by the library, its lines as RFC 5545 has them, its entries known again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as ICalendar
from icalendar import Event

from muhtar.deadlines import Deadline, Kind
from muhtar.errors import UsageError
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.report import Report
from tests.support.reports import calendar_report, clean_report


def read(report: Report, lang: str = "en") -> dict[str, Event]:
    """UID → event, of the text as a calendar program reads it."""
    text = render("ics", report, Context(lang=lang))
    events = ICalendar.from_ical(text).walk("VEVENT")
    found = {str(event["uid"]): event for event in events}
    assert len(found) == len(events), "a UID is that of two events"
    return found


def triggers(event: Event) -> list[timedelta]:
    return [alarm["trigger"].dt for alarm in event.walk("VALARM")]


def test_an_entry_has_its_end_and_its_last_day_of_order_as_whole_days() -> None:
    found = read(calendar_report())
    end, order = found["end-license-a@lab.muhtar"], found["order-license-a@lab.muhtar"]
    assert (end["dtstart"].dt, end["dtend"].dt) == (date(2026, 1, 15), date(2026, 1, 16))
    assert end["dtstart"].params["VALUE"] == "DATE"
    # From order_by on it is late; the day before is the last one.
    assert order["dtstart"].dt == date(2025, 11, 30)
    assert end["transp"] == "TRANSPARENT"


def test_alarms_ring_in_the_morning_of_each_notice() -> None:
    found = read(calendar_report())
    morning = timedelta(hours=9)
    assert triggers(found["end-license-a@lab.muhtar"]) == [morning - timedelta(days=180), morning - timedelta(days=90)]
    assert triggers(found["order-license-a@lab.muhtar"]) == [morning - timedelta(days=14), morning]


def test_what_is_renewed_rings_for_nobody_and_its_order_is_cancelled_in_programs_that_know_it() -> None:
    entry = Deadline(kind=Kind.WARRANTY, id="w", title="W", end=date(2026, 1, 1), order_by=date(2025, 12, 1), notices=(30,))
    before = read(calendar_report(entry))
    after = read(calendar_report(entry.model_copy(update={"renewed_by": "m"})))
    assert set(before) == set(after) == {"end-warranty-w@lab.muhtar", "order-warranty-w@lab.muhtar"}
    assert after["order-warranty-w@lab.muhtar"]["status"] == "CANCELLED"
    assert "status" not in before["order-warranty-w@lab.muhtar"]
    assert not any(triggers(event) for event in after.values())
    assert "renewed by m" in after["end-warranty-w@lab.muhtar"]["description"]


def test_visits_are_one_series_to_the_last_day_of_the_contract() -> None:
    visit = read(calendar_report())["visit-maintenance-m@lab.muhtar"]
    assert visit["dtstart"].dt == date(2025, 12, 30)
    assert b"FREQ=DAILY" in visit["rrule"].to_ical()
    assert b"INTERVAL=90" in visit["rrule"].to_ical()
    assert b"UNTIL=20280930" in visit["rrule"].to_ical()


def test_read_anew_a_day_later_the_events_are_the_same_and_newer() -> None:
    report = calendar_report()
    later = report.model_copy(update={"finished": report.finished + timedelta(days=1)})
    before, after = read(report), read(later)
    assert set(before) == set(after)
    assert all(int(after[uid]["sequence"]) > int(before[uid]["sequence"]) for uid in before)
    assert datetime.fromtimestamp(0, UTC) < after["end-license-a@lab.muhtar"]["dtstamp"].dt


def test_words_are_the_readers() -> None:
    assert read(calendar_report(), "tr")["end-certificate-web1-443@lab.muhtar"]["summary"] == (
        "TLS sertifikası bitiyor: www.lab.example:443"
    )


@given(title=st.text(min_size=1, max_size=300), about=st.text(max_size=300))
def test_whatever_a_register_says_lines_are_short_and_it_can_be_read_back(title: str, about: str) -> None:
    report = calendar_report(Deadline(kind=Kind.LICENSE, id="a", title=title, about=about, end=date(2026, 1, 1), notices=(30,)))
    text = render("ics", report, Context())
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert len(read(report)) == 1


def test_a_report_without_a_calendar_is_refused_not_an_empty_calendar() -> None:
    with pytest.raises(UsageError, match="holds no calendar"):
        render("ics", clean_report(), Context())
