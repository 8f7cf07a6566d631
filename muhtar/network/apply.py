"""Give network devices their intended configuration, and prove that they have it."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import LockedError
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import devices
from muhtar.network.intent import template_of
from muhtar.network.outcomes import changed_lines, failed
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, locked
from nornir_tasks.conceal import conceal
from nornir_tasks.replace_config import replace_config

__all__ = ["apply"]

log = logging.getLogger(__name__)
# Room for a commit, the wait for routing, and the revert of a slow device.
TIMEOUT = 240.0


def apply(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    check: str = "drift.network",
) -> ReportBuilder:
    """Replace the configuration of every selected device whose running one is not the intended one.

    Each change is committed with a revert timer and confirmed only after a second session has seen no difference any more;
    its diff goes to the log before it is made. One outcome of `check` for each device. Raises InventoryError for none.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder("network.apply", site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], check)
    with ExitStack() as locks:
        free = [target for target in chosen if _lock(locks, target, site, builder, check)]
        if not free:
            return builder
        results = run_fleet(
            inventory,
            free,
            replace_config,
            name="network configuration",
            progress=progress,
            timeout=TIMEOUT,
            before_commit=_Announcer(inventory, progress),
        )
    builder.add(*(_outcome(target, results[target.name], check, inventory) for target in free))
    return builder


class _Announcer:
    """Says what a commit will change, before it does."""

    def __init__(self, inventory: Inventory, progress: Progress) -> None:
        self._inventory = inventory
        self._progress = progress

    def __call__(self, name: str, diff: str) -> None:
        log.info("%s: about to change:\n%s", name, conceal(diff, self._inventory.target(name).platform))
        self._progress.activity(name, f"changing {changed_lines(diff)} lines")


def _lock(locks: ExitStack, target: Target, site: Site, builder: ReportBuilder, check: str) -> bool:
    try:
        locks.enter_context(locked(f"target-{site.name}-{target.name}"))
    except LockedError as error:
        builder.add(Outcome(target=target.name, check=check, status=Status.ERROR, summary=error.message, mend=error.mend))
        return False
    return True


def _outcome(target: Target, result: HostResult, check: str, inventory: Inventory) -> Outcome:
    if result.error is not None:
        return failed(target, result, check, inventory)
    count = changed_lines(str(result.result))
    return Outcome(
        target=target.name,
        check=check,
        status=Status.OK,
        summary=f"configured: {count} lines changed, seen by a second session, confirmed"
        if count
        else "configured as intended already",
        intent=template_of(target, inventory),
        started=result.started,
        duration=result.duration,
    )
