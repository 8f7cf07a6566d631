"""The report as JSON: the stored form, whose schema is docs/reference/report.schema.json."""

from __future__ import annotations

from muhtar.render.context import Context
from muhtar.report import Report

__all__ = ["render"]


def render(report: Report, context: Context) -> str:
    """The report itself, times in UTC; `Report.model_validate_json` reads it back without loss."""
    del context
    return report.model_dump_json(indent=2) + "\n"
