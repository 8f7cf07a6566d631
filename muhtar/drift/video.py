"""Drift of video recorders: the declared cameras against the recorder's own monitors, and how recorder and recordings are."""

from __future__ import annotations

from muhtar.inventory import Inventory
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.video.apply import apply
from muhtar.video.cameras import RECORDERS, cameras_by_recorder
from muhtar.video.checkup import check_up
from muhtar.video.judge import CHECK
from muhtar.video.look import look

__all__ = ["CHECK", "as_declared", "check", "mend"]


def check(
    site: Site, *, limit: str | None = None, shard: str | None = None, stills: bool = False, progress: Progress
) -> ReportBuilder:
    """Outcomes of `drift.video` and the `video.*` checks of each selected recorder, subjects the cameras; nothing is changed.

    A recorder that does not answer or refuses our login is unchecked; what it alone withholds, too. With
    `stills`, pictures are taken, judged and put on the report's page. Raises InventoryError where
    no recorder is selected, or for a camera or a limit that is declared wrongly.
    """
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=RECORDERS)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    check_up(builder, inventory, chosen, cameras_by_recorder(inventory), progress=progress, stills=stills)
    return builder


def as_declared(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `drift.video` alone: whether each recorder has the declared cameras, recording. Raises as `check`."""
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=RECORDERS)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    builder.add(*look(inventory, chosen, cameras_by_recorder(inventory), progress=progress))
    return builder


def mend(
    site: Site, *, limit: str | None = None, shard: str | None = None, stills: bool = False, progress: Progress
) -> ReportBuilder:
    """Give these recorders the declared cameras; the report is that of a look at everything after that, as `check` does it."""
    done = apply(site, limit=limit, shard=shard, verify=False, progress=progress).build()
    inventory = Inventory.load(site)
    lost = [outcome for outcome in done.outcomes if outcome.status in {Status.ERROR, Status.UNCHECKED}]
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select((outcome.target for outcome in lost), CHECK)
    builder.add(*lost)
    names = {outcome.target for outcome in lost}
    whole = [target for target in inventory.select(limit, shard, group=RECORDERS) if target.name not in names]
    if whole:
        check_up(builder, inventory, whole, cameras_by_recorder(inventory), progress=progress, stills=stills)
    for note in done.notes:
        builder.note(note)
    return builder
