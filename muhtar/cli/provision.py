"""`provision`: bring hosts and devices to their declared state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder


@command(
    "provision",
    select=True,
    apply=True,
    help={"verify": "after --apply, look at servers and recorders once more to prove that nothing would change again"},
)
def provision(run: Run, verify: bool = True) -> ReportBuilder:
    """Bring servers and network devices to their declared state; without --apply, only show what would change.

    Example: ./inv provision --limit web1 --apply
    """
    from muhtar.provision.run import provision as bring

    return bring(run.site, limit=run.limit, shard=run.shard, apply=run.apply, verify=verify, progress=run.progress)


top_level = (provision,)
