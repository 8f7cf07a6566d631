"""./inv domain.*: until when the town's domains are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli._day import HELP, on_day
from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("domain.audit", help=HELP)
def audit(run: Run, as_of: str | None = None) -> ReportBuilder | int:
    """Say which domains of the register end soon, must be renewed by now, or have ended.

    Example: ./inv domain.audit --as-of 2027-01-31
    """
    from muhtar.domain.audit import audit

    return on_day(run, as_of, lambda day: audit(run.site, progress=run.progress, as_of=day))


namespace = collection("domain", audit)
