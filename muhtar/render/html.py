"""The report as one HTML page that needs nothing else: no network, no fonts, no frameworks, no mouse."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from muhtar.duties import State, duty_name
from muhtar.i18n import Words, catalogue
from muhtar.outcome import WORST_FIRST, Outcome
from muhtar.render import against, protection
from muhtar.render.context import Context
from muhtar.render.drawing import draw
from muhtar.render.timeline import MARKS as DUE_MARKS
from muhtar.render.timeline import timeline
from muhtar.render.trend import Trend
from muhtar.render.view import MARKS, Row, actions, board, duty, printable, rows, waived
from muhtar.report import Report
from muhtar.stills import Still

__all__ = ["render"]

_TEMPLATES = Path(__file__).parent / "templates"


def render(report: Report, context: Context) -> str:
    """The whole page. Everything that comes from the report is escaped; the page's own policy forbids any other script."""
    style, script = _asset("page.css"), _asset("page.js")
    lines = board(report)
    trend = Trend(context.comparison, report.compared)
    return _template().render(
        report=report,
        context=context,
        words=context.words,
        lang=context.lang,
        code=report.exit_code,
        trend=trend,
        against=against,
        marks=MARKS,
        worst_first=WORST_FIRST,
        rows=rows(report),
        actions=actions(report, trend.fresh),
        waived=waived(report),
        board=lines,
        stills=[(still, _source(still)) for still in report.stills],
        protection_head=protection.head(context),
        protection=protection.rows(report, context),
        proven=sum(1 for _, line in lines if line.state is State.PROVEN),
        areas=_areas(report, context.words),
        drawing=draw(report.topology) if report.topology and report.topology.nodes else None,
        timeline=timeline(report.calendar, context) if report.calendar and report.calendar.entries else None,
        due_marks=DUE_MARKS,
        duty=duty,
        duty_name=duty_name,
        # Our own two files are the only text that is not escaped.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=_visible,
    )
    return environment.get_template("page.html.j2")


def _visible(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _source(still: Still) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(still.jpeg).decode()}" if still.jpeg else ""


def _areas(report: Report, words: Words) -> list[tuple[str, list[tuple[Row, list[Outcome]]]]]:
    """The checks by the workflow that they belong to, with their outcomes."""
    found: dict[str, list[tuple[Row, list[Outcome]]]] = {}
    for row in rows(report):
        area = row.check.partition(".")[0]
        title = words(f"workflow.{area}") if f"workflow.{area}" in catalogue() else area
        members = [outcome for outcome in report.outcomes if outcome.check == row.check]
        found.setdefault(title, []).append((row, members))
    return list(found.items())
