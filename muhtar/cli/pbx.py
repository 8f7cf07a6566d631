"""Telephone exchanges: rules over what is declared, recordings; drift is `drift.check --only pbx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("pbx.lint", select=True)
def lint(run: Run) -> ReportBuilder:
    """Judge what is declared for PBXs without asking any: weak secrets, doubled numbers, open trunks, toll fraud.

    Example: ./inv pbx.lint
    """
    from muhtar.pbx.lint import check

    return check(run.site, limit=run.limit, shard=run.shard)


@command("pbx.recordings", select=True)
def recordings(run: Run) -> ReportBuilder:
    """Say which calls lack their recording, and which recordings are kept longer than they may be.

    Example: ./inv pbx.recordings --limit pbx1
    """
    from muhtar.pbx.recordings import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


namespace = collection("pbx", lint, recordings)
