"""network.backup: configurations of network devices, readable in the history and as they are in encrypted repositories."""

from __future__ import annotations

from muhtar.backup import run as backup
from muhtar.backup.plan import Plan
from muhtar.inventory import Inventory
from muhtar.network.devices import GROUP
from muhtar.network.history.outcomes import tell
from muhtar.network.history.take import take
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["run"]


def run(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    accept_shorter: bool = False,
    progress: Progress,
    plan: Plan | None = None,
) -> ReportBuilder:
    """Back up the selected devices, one session each.

    Outcomes of each: `network.history` (the text without secrets is in git), `backup.snapshot` (the original is in restic),
    `network.unsaved`. A device that no policy mentions is kept in git, and its `backup.snapshot` is a finding. With
    `accept_shorter`, a configuration far shorter than the last one is believed. Raises InventoryError for no device.
    """
    plan = plan or Plan.make(site, limit, shard, group=GROUP, kind="device_config")
    inventory: Inventory = plan.inventory
    names = [*(job.name for job in plan.jobs), *plan.unplanned]
    targets = [inventory.target(name) for name in names]
    taken = take(inventory, targets, progress=progress, accept_shorter=accept_shorter)
    builder = ReportBuilder("network.backup", site.name, limit=limit, shard=shard)
    tell(builder, site, targets, taken)
    if plan.jobs:
        builder.absorb(backup.run(site, limit=limit, shard=shard, progress=progress, plan=plan, taken=taken))
    for name in plan.unplanned:
        builder.select(name, backup.CHECK)
        builder.add(backup.unplanned(plan, name))
    return builder
