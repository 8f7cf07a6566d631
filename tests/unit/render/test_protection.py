"""The table of backups, at the terminal and on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muhtar.outcome import Outcome, Status
from muhtar.protection import Protection
from muhtar.render import html, terminal
from muhtar.render.context import Context
from muhtar.render.protection import head, rows
from muhtar.report import Report, ReportBuilder, merge
from tests.support.reports import report_of

FINDING = Outcome(target="web1", check="backup.properties", status=Status.FINDING, summary="never")
REPORT = report_of(FINDING)
WHOLE = Protection(
    system="web1",
    last=REPORT.finished - timedelta(hours=3),
    rpo_hours=26,
    copies=3,
    media=2,
    offsite=True,
    append_only=True,
    checked=REPORT.finished - timedelta(days=2),
    read=0.25,
    drilled=REPORT.finished - timedelta(days=9),
    rto_seconds=75,
    bytes=1_500_000,
    growth=1.1,
)
BARE = Protection(
    system="<db1>", rpo_hours=1.5, lacks=("age", "offsite", "append_only", "check", "drill"), unknown=("copies", "size")
)
WITH = REPORT.model_copy(update={"protection": (WHOLE, BARE)})


def test_what_stands_in_each_cell() -> None:
    context = Context()
    first, second = rows(WITH, context)
    day = timedelta(days=1)
    assert [cell.text for cell in first] == [
        "web1",
        context.moment(REPORT.finished - timedelta(hours=3)),
        "3 / 26 h",
        "3 / 3",
        "2 / 2",
        "yes",
        "yes",
        f"{context.date(REPORT.finished - 2 * day)} (25.0%)",
        f"{context.date(REPORT.finished - 9 * day)} (1 min 15 s)",
        "1.5 MB (+10%)",
    ]
    assert {cell.status for cell in first} == {Status.OK}
    assert [cell.text for cell in second] == ["<db1>", "never", "1.5 h", "–", "1 / 2", "no", "no", "never", "never", "–"]
    assert second[0].status is second[3].status is second[9].status is Status.UNCHECKED
    assert second[1].status is second[5].status is Status.FINDING


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_table_is_drawn_at_the_terminal_and_on_the_page(lang: str) -> None:
    context = Context(lang=lang, width=160, color=False)
    text, page = terminal.render(WITH, context), html.render(WITH, context)
    for title in head(context):
        assert title in text
        assert title in page
    assert "<db1>" in text
    assert "&lt;db1&gt;" in page
    assert 'id="protection"' not in html.render(REPORT, context)


def test_a_report_carries_it_through_merging_and_the_last_word_counts() -> None:
    builder = ReportBuilder("backup.status", "lab")
    builder.select("web1", "backup.properties")
    builder.add(FINDING)
    builder.protect(WHOLE.model_copy(update={"copies": 1}))
    other = ReportBuilder("backup.status", "lab")
    other.protect(WHOLE)
    builder.absorb(other)
    report = builder.build()
    assert report.protection == (WHOLE,)
    assert merge("demo", [report]).protection == (WHOLE,)
    assert Report.model_validate_json(report.model_dump_json()) == report
