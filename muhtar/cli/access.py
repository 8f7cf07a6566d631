"""./inv access.*: who may do what in the databases, who should, and the list that a head of directorate signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("access.plan", select=True)
def plan(run: Run) -> ReportBuilder:
    """Show the SQL that would bring the databases' access to what registers/access.yml declares; nothing is changed.

    Example: ./inv access.plan --limit db1
    """
    from muhtar.databases.apply import check

    return check(run.site, limit=run.limit, shard=run.shard, only_access=True, progress=run.progress)


@command("access.apply", select=True, apply=True)
def apply(run: Run) -> ReportBuilder:
    """Grant and revoke as declared, a transaction a database, then look again; without --apply it is access.plan.

    Example: ./inv access.apply --limit db1 --apply
    """
    from muhtar.databases.apply import apply as mend
    from muhtar.databases.apply import check

    work = mend if run.apply else check
    return work(run.site, limit=run.limit, shard=run.shard, only_access=True, progress=run.progress)


@command(
    "access.review",
    select=True,
    help={
        "period": "what the paper says it is for: --period '2026 Ocak–Haziran' (default: this half of the year)",
        "folder": "where the two files go (default: the site's reports in the state folder)",
    },
)
def review(run: Run, period: str | None = None, folder: str | None = None) -> ReportBuilder:
    """Write the list that the head of each directorate signs, in Turkish: HTML and XLSX, with doubtful accounts marked.

    Example: ./inv access.review --period '2026 Temmuz–Aralık' --folder imza
    """
    from pathlib import Path

    from muhtar.databases.review_files import write_review

    where = Path(folder) if folder else None
    return write_review(run.site, limit=run.limit, shard=run.shard, period=period, folder=where, progress=run.progress)


namespace = collection("access", plan, apply, review)
