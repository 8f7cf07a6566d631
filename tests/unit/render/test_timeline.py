"""Where the entries of a calendar go in the picture."""

from __future__ import annotations

from datetime import date, timedelta

from muhtar.deadlines import Deadline, Kind, State
from muhtar.render.context import Context
from muhtar.render.timeline import CHART, LEFT, Timeline, timeline, upcoming
from tests.support.reports import calendar_report


def drawn(*entries: Deadline, lang: str = "en") -> Timeline:
    calendar = calendar_report(*entries).calendar
    assert calendar is not None
    return timeline(calendar, Context(lang=lang))


def test_kinds_stand_in_their_order_and_in_each_the_first_to_end_is_on_top() -> None:
    found = drawn()
    assert [group.kind for group in found.groups] == [
        Kind.LICENSE, Kind.MAKER, Kind.WARRANTY, Kind.MAINTENANCE, Kind.CERTIFICATE, Kind.DOMAIN,
    ]  # fmt: skip
    assert [bar.entry.id for bar in found.groups[0].bars] == ["old", "a", "late"]
    ys = [bar.y for group in found.groups for bar in group.bars]
    assert ys == sorted(set(ys))
    assert ys[-1] < found.height


def test_the_picture_begins_three_months_back_and_says_what_it_leaves_out() -> None:
    found = drawn()
    assert (found.first, found.gone) == (date(2025, 8, 1), 1)
    assert "gone" not in [bar.entry.id for group in found.groups for bar in group.bars]


def test_a_bar_ends_after_its_last_day_and_an_open_side_is_at_the_edge() -> None:
    day = date(2025, 11, 22)
    (group,) = drawn(Deadline(kind=Kind.DOMAIN, id="d", title="D", start=date(1990, 1, 1), end=day - timedelta(days=1))).groups
    (bar,) = group.bars
    assert (bar.x, bar.end, bar.state) == (LEFT, drawn().today, State.ENDED)
    (group,) = drawn(Deadline(kind=Kind.DOMAIN, id="d", title="D", start=day, end=date(2199, 12, 31))).groups
    assert (group.bars[0].end, group.bars[0].beyond) == (LEFT + CHART, True)


def test_nothing_is_ordered_that_is_over_or_renewed() -> None:
    bars = {bar.entry.id: bar for group in drawn().groups for bar in group.bars}
    assert bars["a"].order is not None
    assert bars["late"].order == drawn().today
    assert bars["old"].order is None
    assert bars["w"].order is None


def test_visits_to_come_are_on_the_bar() -> None:
    bars = {bar.entry.id: bar for group in drawn().groups for bar in group.bars}
    assert len(bars["m"].visits) == 7
    assert min(bars["m"].visits) > drawn().today


def test_months_are_named_in_the_readers_language() -> None:
    assert [month.label for month in drawn(lang="tr").months if month.label][:2] == ["Eki 2025", "Oca 2026"]
    assert len(drawn().months) == 24


def test_a_long_title_is_cut_and_a_control_character_shown() -> None:
    (group,) = drawn(Deadline(kind=Kind.DOMAIN, id="d", title="\x1b" + "x" * 80, end=date(2026, 1, 1))).groups
    assert group.bars[0].shown.startswith("␛x")
    assert group.bars[0].shown.endswith("…")
    assert len(group.bars[0].shown) == 42


def test_what_comes_next_leaves_out_the_renewed_and_the_long_gone() -> None:
    calendar = calendar_report().calendar
    assert calendar is not None
    assert [entry.id for entry in upcoming(calendar)] == ["old", "a", "late", "web1-443", "lab.example", "m", "maker"]
