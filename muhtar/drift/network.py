"""Drift of network devices: the device itself compares its running configuration with the intended one."""

from __future__ import annotations

from muhtar.doors.fleet import run_fleet
from muhtar.inventory import Inventory
from muhtar.network import apply as network_apply
from muhtar.network.devices import devices
from muhtar.network.outcomes import compared
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from nornir_tasks.compare_config import compare_config

__all__ = ["CHECK", "check", "mend"]

CHECK = "drift.network"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """One outcome of `drift.network` for each selected device; nothing is changed.

    A finding carries the diff (secrets removed) and the place that states the intent. Raises InventoryError where no device
    is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    results = run_fleet(inventory, chosen, compare_config, name="network drift", progress=progress)
    builder.add(*(compared(target, results[target.name], CHECK, inventory) for target in chosen))
    return builder


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Give drifted devices their intended configuration; each is checked again before its change is confirmed."""
    return network_apply.apply(site, limit=limit, shard=shard, progress=progress, check=CHECK)
