"""A report's comparison with an earlier run, in words that the renderers share."""

from __future__ import annotations

from muhtar.compared import Compared, Problem
from muhtar.render.context import Context
from muhtar.render.view import printable

__all__ = ["GONE", "about", "title"]

# What only the earlier run had: the rest is told where the problems themselves are.
GONE = ("fixed", "unseen")


def title(compared: Compared, context: Context) -> str:
    """Which run it was, and how many problems of each kind."""
    key = "text.against_file" if compared.source else "text.against_run"
    which = context.words(key, run=compared.run[:12], when=context.moment(compared.finished), file=compared.source)
    counts = " · ".join(f"{context.words(f'trend.{kind}')} {number}" for kind, number in compared.counts.items())
    return f"{which}: {counts}"


def about(problem: Problem) -> str:
    """What a problem was, in one line."""
    return printable(" ".join(part for part in (problem.target, problem.summary) if part))
