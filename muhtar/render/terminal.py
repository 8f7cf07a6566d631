"""The report for people at a terminal: a summary that fits a screen, worst first, each finding with its source and mend."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.console import Group as Stack
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from muhtar.compared import Compared, Problem
from muhtar.deadlines import Calendar
from muhtar.deadlines import State as Due
from muhtar.duties import State, duty_name
from muhtar.outcome import WORST_FIRST, ExitCode, Status
from muhtar.render import against, protection, timeline
from muhtar.render.context import Context
from muhtar.render.trend import Trend
from muhtar.render.view import MARKS, Group, actions, board, duty, printable, rows, waived
from muhtar.report import Report

__all__ = ["STYLES", "diff_lines", "drawn", "render"]

MOST_GROUPS = 8
MOST_DIFF_LINES = 12
MOST_ENTRIES = 12
MOST_TARGETS = 8
MOST_IDS = 3
STYLES = {
    Status.OK: "green",
    Status.WAIVED: "cyan",
    Status.FINDING: "red",
    Status.ERROR: "bold magenta",
    Status.UNCHECKED: "yellow",
}
DUE_STYLES = {Due.ENDED: "red", Due.ORDER: "red", Due.NOTICE: "yellow"}
EXIT_STYLES = {
    ExitCode.CLEAN: "bold green",
    ExitCode.FAILED: "bold magenta",
    ExitCode.FINDINGS: "bold red",
    ExitCode.INCOMPLETE: "bold yellow",
}


def render(report: Report, context: Context) -> str:
    """Text for a screen of `context.width` columns; with colour only where a terminal will read it."""
    trend = Trend(context.comparison, report.compared)
    parts = [_head(report, context, trend), _table(report, context)]
    if board(report):
        parts.append(_board(report, context))
    if report.protection:
        parts.append(_protection(report, context))
    if report.calendar:
        parts.append(_calendar(report.calendar, context))
    parts.append(_actions(report, context, trend))
    if report.compared:
        parts.append(_compared(report.compared, context))
    if report.counts[Status.WAIVED]:
        parts.append(_waived(report, context))
    parts.extend(Text(f"· {printable(note)}", style="dim") for note in report.notes)
    if report.notes:
        parts.append(Text())
    parts.append(_foot(report, context))
    return drawn(parts, context)


def drawn(parts: Iterable[RenderableType], context: Context) -> str:
    """The parts below each other, as text for the screen of `context`."""
    color = _wants_color() if context.color is None else context.color
    console = Console(
        file=io.StringIO(),
        width=context.width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _wants_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _grid(*, header: bool = True) -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="dim", show_header=header)


def _head(report: Report, context: Context, trend: Trend) -> RenderableType:
    words = context.words
    facts = [
        context.moment(report.finished),
        context.duration((report.finished - report.started).total_seconds()),
        f"{len(report.targets)} {words('label.targets')}",
        f"{len(report.outcomes)} {words('label.outcomes')}",
    ]
    for label, value in (("label.limit", report.limit), ("label.shard", report.shard)):
        if value:
            facts.append(f"{words(label)} {value}")
    facts.extend(f"{words(f'trend.{kind}')} {number}" for kind, number in trend.counts.items() if number)
    if trend.since:
        facts.append(words("text.since", moment=context.moment(trend.since)))
    return Stack(Text.assemble((report.workflow, "bold"), f" · {report.site}"), Text(" · ".join(facts), style="dim"), Text())


def _table(report: Report, context: Context) -> RenderableType:
    words = context.words
    table = _grid()
    table.add_column("")
    table.add_column(words("label.check"), overflow="fold")
    table.add_column(words("label.targets"), justify="right")
    shown = [status for status in reversed(WORST_FIRST) if status is not Status.WAIVED or report.counts[status]]
    for status in shown:
        table.add_column(words(f"status.{status.value}"), justify="right")
    table.add_column(words("label.duration"), justify="right")
    for row in rows(report):
        numbers = [
            Text(str(row.counts[status]), style=STYLES[status]) if row.counts[status] else Text("·", style="dim")
            for status in shown
        ]
        mark = Text(MARKS[row.status], style=STYLES[row.status])
        table.add_row(
            mark,
            Text(words.check(row.check)),
            Text(str(row.targets)),
            *numbers,
            Text(context.duration(row.duration) if row.duration else "·", style="dim"),
        )
    return Stack(table, Text())


def _board(report: Report, context: Context) -> RenderableType:
    words = context.words
    table = _grid()
    for label in ("", "", words("label.duty"), words("label.owner"), words("label.status"), words("label.last_proof")):
        table.add_column(label, no_wrap=True)
    remarks = _grid(header=False)
    for width in (1, 4, None):
        remarks.add_column(width=width)
    for outcome, line in board(report):
        style = STYLES[outcome.status]
        mark = Text(MARKS[outcome.status], style=style)
        table.add_row(
            mark,
            outcome.target,
            duty_name(outcome.target, context.lang),
            words(f"unit.{line.owner}"),
            Text(words(f"state.{line.state.value}"), style=style),
            context.date(line.last_proof) if line.last_proof else "–",
        )
        if line.state not in {State.PROVEN, State.UNSERVED}:
            remark = Text(printable(outcome.summary))
            if outcome.mend:
                remark.append(f" → {printable(outcome.mend)}", style="dim")
            remarks.add_row(mark, outcome.target, remark)
    parts: list[RenderableType] = [table, Text()]
    if remarks.row_count:
        parts += [remarks, Text()]
    return Stack(*parts)


def _protection(report: Report, context: Context) -> RenderableType:
    table = _grid()
    for title in protection.head(context):
        table.add_column(title, overflow="fold")
    for cells in protection.rows(report, context):
        table.add_row(*(Text(cell.text, style=STYLES[cell.status] if cell.status is not Status.OK else "") for cell in cells))
    return Stack(table, Text())


def _calendar(calendar: Calendar, context: Context) -> RenderableType:
    """What ends next; the whole calendar is for HTML and for calendar programs."""
    table = _grid()
    for title in ("label.end", "label.order_before", "label.kind", "label.subject"):
        table.add_column(context.words(title), overflow="fold")
    found = timeline.upcoming(calendar)
    for entry in found[:MOST_ENTRIES]:
        state = entry.state(calendar.day)
        table.add_row(
            Text(f"{context.day(entry.end)} {timeline.MARKS[state]}".rstrip(), style=DUE_STYLES.get(state, "")),
            Text(context.day(entry.order_by) if entry.order_by else "–"),
            Text(context.words(f"deadline.{entry.kind.value}")),
            Text(printable(entry.title)),
        )
    rest = len(found) - MOST_ENTRIES
    more = [Text(context.words("text.more_entries", number=rest), style="dim")] if rest > 0 else []
    return Stack(table, *more, Text())


def _actions(report: Report, context: Context, trend: Trend) -> RenderableType:
    found = actions(report, trend.fresh)
    parts: list[RenderableType] = [_group(group, report, context, trend) for group in found[:MOST_GROUPS]]
    if len(found) > MOST_GROUPS:
        parts.append(Text(context.words("text.more_groups", number=len(found) - MOST_GROUPS), style="bold"))
        parts.append(Text())
    return Stack(*parts)


def _group(group: Group, report: Report, context: Context, trend: Trend) -> RenderableType:
    words, first = context.words, group.first
    title = Text.assemble(
        (f"{MARKS[first.status]} {words(f'status.{first.status.value}')}", STYLES[first.status]),
        "  ",
        (_who(group, context), "bold"),
    )
    if first.subject:
        title.append(f"  {printable(first.subject)}")
    title.append(f"  {words.check(first.check)}", style="dim")
    if kind := trend.of(first):
        title.append(f"  [{words(f'trend.{kind}')}]", style="bold")
    body: list[RenderableType] = [Text(printable(summary)) for summary in group.summaries[:3]]
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    if first.diff:
        body.append(_diff(first.diff, context))
    else:
        for label, value in (("label.wanted", first.wanted), ("label.found", first.found)):
            if value:
                facts.add_row(words(label), Text(printable(_cut(value, context))))
    for intent in group.intents[:3]:
        facts.add_row(words("label.intent"), Text(intent))
    facts.add_row(words("label.id"), Text(_ids(group, context)))
    if served := duty(first):
        facts.add_row(words("label.duty"), Text(f"{served} {duty_name(served, context.lang)}".strip()))
    seen = trend.first_seen(group.outcomes)
    # What began with this run is marked as new already.
    if seen and seen < report.started:
        facts.add_row(words("label.first_seen"), Text(context.age(seen, report.finished)))
    if first.commands:
        facts.add_row(words("label.commands"), Text(printable(_cut(first.commands, context))))
    for mend in group.mends[:3]:
        facts.add_row(words("label.mend"), Text(printable(mend)))
    return Stack(title, Padding(Stack(*body, facts), (0, 0, 0, 2)), Text())


def _compared(compared: Compared, context: Context) -> RenderableType:
    lines = _grid(header=False)
    for kind, status in zip(against.GONE, (Status.OK, Status.UNCHECKED), strict=True):
        found: tuple[Problem, ...] = getattr(compared, kind)
        label = Text(f"{MARKS[status]} {context.words(f'trend.{kind}')}", style=STYLES[status])
        for problem in found[:MOST_GROUPS]:
            lines.add_row(label, Text(problem.id, style="dim"), against.about(problem))
        if len(found) > MOST_GROUPS:
            lines.add_row(label, "", context.words("text.more_groups", number=len(found) - MOST_GROUPS))
    title = Text(against.title(compared, context), style="bold")
    return Stack(title, lines, Text()) if lines.row_count else Stack(title, Text())


def _waived(report: Report, context: Context) -> RenderableType:
    found = waived(report)
    lines = _grid(header=False)
    for group in found[:MOST_GROUPS]:
        first, waiver = group.first, group.first.waiver
        if waiver is not None:
            about = f"{_who(group, context)}  {first.subject}".strip()
            term = context.words("text.waived", day=context.day(waiver.until), owner=waiver.owner)
            lines.add_row(
                Text(f"{MARKS[first.status]} {context.words('status.waived')}", style=STYLES[first.status]),
                Text.assemble((printable(about), "bold"), f"  {printable(first.summary)}"),
                Text(f"{term}: {printable(waiver.reason)}", style="dim"),
            )
    more = (
        [Text(context.words("text.more_groups", number=len(found) - MOST_GROUPS), style="bold")]
        if len(found) > MOST_GROUPS
        else []
    )
    return Stack(lines, *more, Text())


def _who(group: Group, context: Context) -> str:
    shown = ", ".join(group.targets[:MOST_TARGETS])
    rest = len(group.targets) - MOST_TARGETS
    return f"{shown} {context.words('text.more_targets', number=rest)}" if rest > 0 else shown


def _ids(group: Group, context: Context) -> str:
    shown = ", ".join(outcome.id for outcome in group.outcomes[:MOST_IDS])
    rest = len(group.outcomes) - MOST_IDS
    return f"{shown} {context.words('text.more_targets', number=rest)}" if rest > 0 else shown


def _diff(diff: str, context: Context) -> RenderableType:
    lines = diff_lines("\n".join(diff.splitlines()[:MOST_DIFF_LINES]))
    rest = len(diff.splitlines()) - MOST_DIFF_LINES
    if rest > 0:
        lines.append("\n" + context.words("text.more_lines", number=rest), style="dim")
    return Padding(lines, (0, 0, 0, 2))


def diff_lines(diff: str) -> Text:
    """A diff in the colours that people know."""
    lines = Text()
    for line in diff.splitlines():
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        lines.append(f"{printable(line)}\n", style=style)
    lines.rstrip()
    return lines


def _cut(text: str, context: Context) -> str:
    lines = text.splitlines()
    if len(lines) <= MOST_DIFF_LINES:
        return text
    return "\n".join([*lines[:MOST_DIFF_LINES], context.words("text.more_lines", number=len(lines) - MOST_DIFF_LINES)])


def _foot(report: Report, context: Context) -> RenderableType:
    words, code = context.words, report.exit_code
    return Text.assemble(
        (words(f"exit.{code}"), EXIT_STYLES[code]),
        f" · {words('label.exit')} {code} · {words(f'exit.{code}.means')}",
    )
