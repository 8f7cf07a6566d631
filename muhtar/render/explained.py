"""One outcome explained, for people at a terminal."""

from __future__ import annotations

from datetime import datetime

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from muhtar.duties import duty_name
from muhtar.explained import Explained
from muhtar.history_past import Past, Seen
from muhtar.outcome import Status
from muhtar.render.context import Context
from muhtar.render.terminal import STYLES, diff_lines, drawn
from muhtar.render.view import MARKS, duty, printable

__all__ = ["render"]

# Of the runs, the newest are shown.
MOST_RUNS = 8
_STYLE = {Seen.THERE: "red", Seen.GONE: "green", Seen.UNSEEN: "yellow"}


def render(explained: Explained, context: Context) -> str:
    """Text for a screen of `context.width` columns: the verdict, the intent, what was observed, the history, the mend."""
    words = context.words
    parts = [_head(explained, context)]
    for label, facts in (
        ("label.intent", _intent(explained)),
        ("label.observed", _observed(explained, context)),
        ("label.history", _history(explained.past, context)),
        ("label.mend", _mend(explained, context)),
    ):
        parts += [Text(words(label), style="bold"), Padding(facts, (0, 0, 0, 2)), Text()]
    return drawn(parts, context)


def _facts() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _head(explained: Explained, context: Context) -> RenderableType:
    outcome, status, words = explained.outcome, explained.status, context.words
    known = f"status.{status.value}" if status is not Status.OK else "text.not_there"
    line = Text.assemble(
        (f"{MARKS[status]} {words(known)}", STYLES[status]), "  ", (outcome.target, "bold"), f"  {printable(outcome.subject)}"
    )
    line.append(f"  {words.check(outcome.check)} ({outcome.check})  {outcome.id}", style="dim")
    return Padding(Text("\n").join([line, Text(printable(outcome.summary))]), (0, 0, 1, 0))


def _intent(explained: Explained) -> RenderableType:
    intent = explained.outcome.intent
    shown = Text(str(intent) if intent else "–")
    for number, line in explained.lines:
        shown.append(f"\n{number:>5} │ ", style="dim")
        shown.append(printable(line))
    return shown


def _observed(explained: Explained, context: Context) -> RenderableType:
    outcome, words = explained.outcome, context.words
    facts = _facts()
    facts.add_row(words("label.last_seen"), _moment(explained.past.last_seen, context))
    for label, value in (("label.wanted", outcome.wanted), ("label.found", outcome.found), ("label.commands", outcome.commands)):
        if value:
            facts.add_row(words(label), Text(printable(value)))
    if outcome.diff:
        facts.add_row(words("label.diff"), diff_lines(outcome.diff))
    if served := duty(outcome):
        facts.add_row(words("label.duty"), f"{served} {duty_name(served, context.lang)}".strip())
    return facts


def _history(past: Past, context: Context) -> RenderableType:
    words = context.words
    facts = _facts()
    for label, moment in (
        ("label.first_seen", past.first_seen),
        ("label.since", past.since),
        ("label.last_ok", past.last_ok),
    ):
        facts.add_row(words(label), _moment(moment, context))
    facts.add_row(words("trend.regressed"), words("text.times", number=past.regressed))
    counts = ", ".join(f"{words(f'seen.{seen.value}')} {past.count(seen)}" for seen in Seen)
    facts.add_row(words("label.runs"), f"{len(past.looks)}: {counts}")
    runs = Text()
    for look in reversed(past.looks[-MOST_RUNS:]):
        runs.append(f"{context.moment(look.finished)}  ", style="dim")
        runs.append(words(f"seen.{look.seen.value}"), style=_STYLE[look.seen])
        runs.append(f"  {look.report[:12]}\n", style="dim")
    runs.rstrip()
    facts.add_row("", runs)
    return facts


def _mend(explained: Explained, context: Context) -> RenderableType:
    outcome, words = explained.outcome, context.words
    facts = _facts()
    if explained.waived:
        term = words("text.waived", day=context.day(explained.waived.until), owner=explained.waived.owner)
        facts.add_row(words("label.waiver"), f"{term} ({explained.waived.id}): {printable(explained.waived.reason)}")
    if explained.fix:
        facts.add_row(f"./inv drift.fix {outcome.id} --apply", explained.fix)
    elif explained.unfixable:
        facts.add_row("drift.fix", printable(explained.unfixable))
    if outcome.mend:
        facts.add_row(words("label.mend"), printable(outcome.mend))
    return facts


def _moment(moment: datetime | None, context: Context) -> str:
    return context.moment(moment) if moment else context.words("text.never")
