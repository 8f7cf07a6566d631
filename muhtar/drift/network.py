"""Drift of network devices: the device itself compares its running configuration with the intended one."""

from __future__ import annotations

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.drift.examined import Examined
from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.network import apply as network_apply
from muhtar.network.devices import devices
from muhtar.network.policy import Policy, policy_of
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from nornir_tasks.examine_drift import examine_drift

__all__ = ["CHECK", "check", "mend"]

CHECK = "drift.network"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `drift.network` for each selected device; nothing is changed.

    A device that differs has a finding for each section that does (subject: the section), with its diff (secrets removed), the
    commands that would mend it and the place that states the intent; `network_drift` says what may differ. Otherwise one
    outcome. One session a device. Raises InventoryError where no device is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    policies = {target.name: _policy(target) for target in chosen}
    able = [target for target in chosen if isinstance(policies[target.name], Policy)]
    results = run_fleet(inventory, able, examine_drift, name="network drift", progress=progress) if able else {}
    for target in chosen:
        policy = policies[target.name]
        if isinstance(policy, InventoryError):
            found = Examined(target, HostResult(error=policy), Policy(), CHECK, inventory)
        else:
            found = Examined(target, results[target.name], policy, CHECK, inventory)
        builder.add(*found.outcomes)
        for note in found.notes:
            builder.note(note)
    return builder


def _policy(target: Target) -> Policy | InventoryError:
    """The device's policy, or what is wrong with it: that is an error of this device and no other."""
    try:
        return policy_of(target)
    except InventoryError as error:
        return error


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Give drifted devices their intended configuration; each is checked again before its change is confirmed."""
    return network_apply.apply(site, limit=limit, shard=shard, progress=progress, check=CHECK)
