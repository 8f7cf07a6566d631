"""./inv warranty.*: what the department owns, and whether it is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli._day import HELP, on_day
from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("warranty.audit", help=HELP)
def audit(run: Run, as_of: str | None = None) -> ReportBuilder | int:
    """Say which assets have no cover or will have none, which contracts must be renewed, and in which budget year.

    Example: ./inv warranty.audit --as-of 2027-01-31 --out html=warranty.html
    """
    from muhtar.warranty.audit import audit

    return on_day(run, as_of, lambda day: audit(run.site, progress=run.progress, as_of=day))


namespace = collection("warranty", audit)
