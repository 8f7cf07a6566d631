"""./inv software.*: what is installed on the servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("software.changes", select=True)
def changes(run: Run) -> ReportBuilder:
    """Say what was installed, upgraded and removed on each server since the last look, and who did it as far as logs tell.

    Example: ./inv software.changes --limit web --out html=software.html
    """
    from muhtar.software.report import report

    return report(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


namespace = collection("software", changes)
