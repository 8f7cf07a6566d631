"""Give recorders the declared cameras, and prove that they record them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.held import hold
from muhtar.inventory import Inventory, Target
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.video.cameras import RECORDERS, Camera, cameras_by_recorder
from muhtar.video.judge import CHECK, Names, failed, set_unseen
from muhtar.video.look import ask, look
from muhtar.video.plan import Difference, plan
from nornir_tasks.recorder_kind import recorder_kind
from nornir_tasks.set_nvr_monitors import set_nvr_monitors

__all__ = ["apply"]

log = logging.getLogger(__name__)


def apply(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only: str | None = None,
    verify: bool = True,
    progress: Progress,
) -> ReportBuilder:
    """Create, change and delete monitors until each selected recorder has the declared cameras; with `verify`, look again.

    `only` names one camera, as the outcomes of `drift.video` do: no other monitor is touched.

    What is about to change goes to the log first. The outcomes of `drift.video` are those of the second look, which waits until
    the cameras record; without it they only say what was done. Recordings of deleted monitors stay. Recorders that Muhtar only
    reads (ISAPI) are looked at. Raises InventoryError where
    no recorder is selected, or for a camera that is declared wrongly.
    """
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=RECORDERS)
    declared = cameras_by_recorder(inventory)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    with ExitStack() as locks:
        busy = {target.name: outcome for target in chosen if (outcome := hold(locks, site, target.name, CHECK))}
        builder.add(*busy.values())
        free = [target for target in chosen if target.name not in busy]
        # Recorders of other kinds are only read.
        if others := [target for target in free if recorder_kind(target) != "zoneminder"]:
            builder.add(*look(inventory, others, declared, progress=progress))
            free = [target for target in free if target not in others]
        if not free:
            return builder
        done = _change(builder, inventory, free, declared, only=only, progress=progress)
        builder.add(*(failed(name, result) for name, result in done.items() if result.error is not None))
        whole = [target for target in free if done[target.name].error is None]
        if whole and verify:
            builder.add(*look(inventory, whole, declared, progress=progress))
        elif whole:
            builder.add(*(set_unseen(target.name, done[target.name]) for target in whole))
    return builder


def _change(
    builder: ReportBuilder,
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    only: str | None,
    progress: Progress,
) -> dict[str, HostResult]:
    """Bring these recorders to the declared cameras; returns the result of the last thing that was done with each."""
    asked = ask(inventory, recorders, declared, progress=progress)
    plans: dict[str, list[Difference]] = {
        name: _chosen(plan(declared[name], result.result), only) for name, result in asked.items() if result.error is None
    }
    to_change = [target for target in recorders if plans.get(target.name)]
    if not to_change:
        return asked
    for target in to_change:
        for difference in plans[target.name]:
            text = f"{difference.change.verb} {difference.change.name}"
            log.info("%s: about to %s\nfound:\n%s\nwanted:\n%s", target.name, text, difference.found, difference.wanted)
            progress.activity(target.name, text)
            builder.note(f"{target.name}: {text}: {difference.summary}")
    return asked | run_fleet(
        inventory,
        to_change,
        set_nvr_monitors,
        name="setting cameras",
        progress=progress,
        per_target=lambda target: {"changes": [difference.change for difference in plans[target.name]]},
    )


def _chosen(differences: list[Difference], only: str | None) -> list[Difference]:
    names = Names()
    named = [(names(difference.change.name), difference) for difference in differences]
    return [difference for name, difference in named if only in {None, name}]
