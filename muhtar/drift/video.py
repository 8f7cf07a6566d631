"""Drift of video recorders: the declared cameras against the recorder's own monitors, and whether each of them records."""

from __future__ import annotations

from muhtar.inventory import Inventory
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.video.apply import apply
from muhtar.video.cameras import RECORDERS, cameras_by_recorder
from muhtar.video.judge import CHECK
from muhtar.video.look import look

__all__ = ["CHECK", "check", "mend"]


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `drift.video` for each selected recorder, their subjects the cameras; nothing is changed.

    A recorder that does not answer or refuses our login is unchecked. Raises InventoryError where no recorder is selected, or for
    a camera that is declared wrongly.
    """
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=RECORDERS)
    declared = cameras_by_recorder(inventory)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    builder.add(*look(inventory, chosen, declared, progress=progress))
    return builder


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Give these recorders the declared cameras; the report is that of the second look."""
    return apply(site, limit=limit, shard=shard, progress=progress)
