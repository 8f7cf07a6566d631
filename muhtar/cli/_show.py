"""A report drawn, whether it is kept or not: one of the past, or of a day that is not today, is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muhtar.cli.command import Run
    from muhtar.history import Comparison
    from muhtar.report import Report

__all__ = ["show"]


def show(run: Run, report: Report, comparison: Comparison | None = None) -> int:
    """Print the report and write what --out asks for; neither history nor kept reports change. Returns its exit code."""
    from muhtar.render import render
    from muhtar.render.context import Context
    from muhtar.settings import atomic_write

    settings = run.site.settings
    context = Context(lang=run.lang or settings["language"], timezone=settings["timezone"], comparison=comparison)
    for item in run.out:
        kind, _, path = item.partition("=")
        with atomic_write(Path(path)) as stream:
            stream.write(render(kind, report, context))
    run.print(render(run.format, report, context))
    return report.exit_code
