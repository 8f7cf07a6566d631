"""Report to text: one format a file, each a pure function `render(report, context)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muhtar.render.context import Context
    from muhtar.report import Report

__all__ = ["FORMATS", "OF_CALENDARS", "render"]

FORMATS = ("terminal", "json", "junit", "codequality", "prometheus", "html", "ics")
OF_CALENDARS = frozenset({"ics"})
"""Formats that only a report with a calendar has."""


def render(kind: str, report: Report, context: Context) -> str:
    """The report in one of FORMATS. Raises KeyError for another kind.

    Raises UsageError where the report does not hold what the format is of.
    """
    if kind not in FORMATS:
        raise KeyError(kind)
    text: str = import_module(f"muhtar.render.{kind}").render(report, context)
    return text
