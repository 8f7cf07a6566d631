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


namespace = collection("access", plan, apply)
