"""`video.*`: the configurations of recorders, kept and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("video.export", select=True)
def export(run: Run) -> ReportBuilder:
    """Keep the configurations of recorders in git, without secrets; a commit is made only when something has changed.

    Example: ./inv video.export --limit nvr1
    """
    from muhtar.video.history import export as keep

    return keep(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command("video.diff", select=True)
def diff(run: Run) -> ReportBuilder:
    """Show what changed on recorders since their configurations were kept.

    Example: ./inv video.diff
    """
    from muhtar.video.history import diff as compare

    return compare(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command("video.log", report=False, positional=("host",), help={"host": "a recorder"})
def log(run: Run, host: str) -> None:
    """Show when a recorder's configuration changed, and how much.

    Example: ./inv video.log nvr1
    """
    from rich.table import Table

    from muhtar.video.history import log as versions

    table = Table("time (UTC)", "what", "commit", box=None)
    for change in versions(run.site, host):
        table.add_row(f"{change.time:%Y-%m-%d %H:%M}", f"+{change.added} -{change.removed} lines", change.commit[:10])
    run.print(table)


namespace = collection("video", export, diff, log)
