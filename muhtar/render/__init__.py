"""Report to text: one format a file, each a pure function `render(report, context)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muhtar.render.context import Context
    from muhtar.report import Report

__all__ = ["FORMATS", "render"]

FORMATS = ("terminal", "json", "junit", "codequality", "prometheus", "html")


def render(kind: str, report: Report, context: Context) -> str:
    """The report in one of FORMATS. Raises KeyError for another kind."""
    if kind not in FORMATS:
        raise KeyError(kind)
    text: str = import_module(f"muhtar.render.{kind}").render(report, context)
    return text
