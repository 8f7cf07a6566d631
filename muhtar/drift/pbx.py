"""Drift of telephone exchanges: the declared extensions against the endpoints of the running system."""

from __future__ import annotations

from collections.abc import Sequence

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent, Outcome, Status
from muhtar.pbx.extensions import compare, declared
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from nornir_tasks.get_pbx_endpoints import get_pbx_endpoints
from nornir_tasks.reload_pbx import reload_pbx

__all__ = ["CHECK", "GROUP", "check", "mend"]

CHECK = "drift.pbx"
GROUP = "pbx"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `drift.pbx` for each selected PBX, their subjects the extensions; nothing is changed.

    What runs is asked of the running system, so an edit that was loaded shows although the file is right again, and the other way
    round. A PBX that does not answer or refuses our login is unchecked. Raises InventoryError where none is selected.
    """
    inventory = Inventory.load(site)
    return _look(inventory, inventory.select(limit, shard, group=GROUP), limit, shard, progress)


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Have these PBXs read their files anew, then check again: right files are role asterisk's, this is what runs."""
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=GROUP)
    # Where this fails, the check fails in the same way and says so.
    run_fleet(inventory, chosen, reload_pbx, name="reloading the PBX", progress=progress)
    return _look(inventory, chosen, limit, shard, progress)


def _look(
    inventory: Inventory, chosen: Sequence[Target], limit: str | None, shard: str | None, progress: Progress
) -> ReportBuilder:
    builder = ReportBuilder(CHECK, inventory.site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    results = run_fleet(inventory, chosen, get_pbx_endpoints, name="extensions of the PBX", progress=progress)
    for target in chosen:
        builder.add(*_outcomes(inventory, target, results[target.name]))
    return builder


def _outcomes(inventory: Inventory, target: Target, result: HostResult) -> list[Outcome]:
    origin = inventory.origin(target.name, "asterisk_extensions")
    intent = Intent(file=origin.relative, line=origin.line) if origin else None

    def outcome(status: Status, summary: str, **more: str) -> Outcome:
        return Outcome(
            target=target.name,
            check=CHECK,
            status=status,
            summary=summary,
            intent=intent,
            started=result.started,
            duration=result.duration,
            **more,
        )

    if result.error is not None:
        return [outcome(result.status, ("cannot be asked: " if result.unreachable else "") + result.why)]
    wanted = declared(target)
    differences = compare(wanted, result.result)
    if not differences:
        return [outcome(Status.OK, f"{len(wanted)} extension{'' if len(wanted) == 1 else 's'} run as declared, and no others")]
    return [
        outcome(
            Status.FINDING,
            f"{difference.number}: {difference.summary}",
            subject=difference.number,
            wanted=difference.wanted,
            found=difference.found,
            mend=f"./inv drift.check --only servers,pbx --limit {target.name} --apply",
        )
        for difference in differences
    ]
