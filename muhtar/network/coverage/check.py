"""`network.coverage`: inventory, backups and what devices see of each other must speak of the same devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import InventoryError
from muhtar.history import History
from muhtar.inventory import Inventory, Target
from muhtar.network.coverage.backups import Backups
from muhtar.network.coverage.neighbors import Seen, ignored, picture, seen, strangers
from muhtar.network.devices import devices
from muhtar.network.outcomes import failed
from muhtar.outcome import Intent, Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from muhtar.words import count
from nornir_tasks.read_state import Answer, Question, read_state

__all__ = ["CHECK", "check"]

CHECK = "network.coverage"
_LLDP = Question("get_lldp_neighbors")


def check(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    history: History | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """One `ok` for each device that is backed up in time and sees nobody unknown; otherwise an outcome for each such thing.

    Subjects: `backup`, `neighbour <name>`; a device that was backed up but is in the inventory no more is a target of its own
    (only where the whole network is looked at). Devices that cannot be asked are `unchecked` with the subject `lldp`, and judged
    by their backups all the same. The report carries the topology. Raises InventoryError where no device is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    backups = Backups(site, history or History.open(), now or datetime.now(UTC))
    results = run_fleet(inventory, chosen, read_state, name="neighbours", progress=progress, questions=[_LLDP])
    patterns, wrong = _patterns(chosen)
    told: dict[str, list[Seen]] = {}
    for target in chosen:
        found = [*_backup(target, backups, site)]
        result = results[target.name]
        neighbors = _neighbors(result, inventory)
        if neighbors is None:
            found.append(_untold(target, result, inventory))
        elif target.name in wrong:
            found.append(_wrong(target, wrong[target.name]))
        else:
            found += _strangers(target, neighbors, patterns[target.name])
        if neighbors is not None:
            told[target.name] = neighbors
        builder.add(*(found or [_ok(target, backups, neighbors or [], result)]))
    builder.draw(picture(chosen, told, inventory, patterns))
    if limit is None and shard is None:
        _gone(builder, backups, inventory, site)
    else:
        builder.note("devices that are in the inventory no more are looked for only without --limit and --shard")
    return builder


def _patterns(chosen: Iterable[Target]) -> tuple[dict[str, tuple[str, ...]], dict[str, InventoryError]]:
    patterns: dict[str, tuple[str, ...]] = {}
    wrong: dict[str, InventoryError] = {}
    for target in chosen:
        try:
            patterns[target.name] = ignored(target)
        except InventoryError as error:
            wrong[target.name] = error
    return patterns, wrong


def _neighbors(result: HostResult, inventory: Inventory) -> list[Seen] | None:
    if result.error is not None:
        return None
    answers: Mapping[Question, Answer] = result.result
    return None if answers[_LLDP].failed else seen(answers[_LLDP].value, inventory)


def _backup(target: Target, backups: Backups, site: Site) -> Iterable[Outcome]:
    lack = backups.lack(target)
    if lack is not None:
        yield Outcome(
            target=target.name,
            check=CHECK,
            subject="backup",
            status=Status.FINDING,
            summary=lack.said,
            wanted=lack.wanted,
            found=lack.found,
            intent=_register(site),
            mend=lack.mend,
        )


def _strangers(target: Target, neighbors: list[Seen], patterns: tuple[str, ...]) -> Iterable[Outcome]:
    by_name: dict[str, list[Seen]] = {}
    for one in strangers(neighbors, patterns):
        by_name.setdefault(one.name, []).append(one)
    for name, found in by_name.items():
        ports = ", ".join(f"{one.port} (its {one.their_port})" for one in found)
        yield Outcome(
            target=target.name,
            check=CHECK,
            subject=f"neighbour {name}",
            status=Status.FINDING,
            summary=f"{name} is seen over LLDP, and the inventory does not know it",
            wanted="a host of the inventory",
            found=f"on {ports}",
            mend="add it to hosts.yml, name it in network_lldp_ignore, or unplug it",
        )


def _untold(target: Target, result: HostResult, inventory: Inventory) -> Outcome:
    if result.error is not None:
        return failed(target, result, CHECK, inventory).model_copy(update={"subject": "lldp"})
    return Outcome(
        target=target.name,
        check=CHECK,
        subject="lldp",
        status=Status.UNCHECKED,
        summary=f"its neighbours cannot be told: {result.result[_LLDP].failed}",
        started=result.started,
        duration=result.duration,
    )


def _wrong(target: Target, error: InventoryError) -> Outcome:
    return Outcome(
        target=target.name,
        check=CHECK,
        subject="lldp",
        status=Status.ERROR,
        summary=f"{error.where()}: {error.message}",
        intent=Intent(file=error.path, line=error.line) if error.path else None,
        mend=error.mend,
    )


def _ok(target: Target, backups: Backups, neighbors: list[Seen], result: HostResult) -> Outcome:
    last = backups.last(target.name)
    kept = f"last backed up {last.isoformat(timespec='minutes')}" if last else "exempt from backups"
    return Outcome(
        target=target.name,
        check=CHECK,
        status=Status.OK,
        summary=f"{kept}; {count(len(neighbors), 'neighbour')} over LLDP, nobody unknown",
        started=result.started,
        duration=result.duration,
    )


def _gone(builder: ReportBuilder, backups: Backups, inventory: Inventory, site: Site) -> None:
    """Devices that were backed up once, and that no inventory names today."""
    for host in sorted(backups.hosts - set(inventory.hosts)):
        builder.select(host, CHECK)
        last = backups.last(host)
        builder.add(
            Outcome(
                target=host,
                check=CHECK,
                subject="inventory",
                status=Status.FINDING,
                summary="was backed up, and is not in the inventory",
                wanted="a host of the inventory",
                found=f"last backed up {last.isoformat(timespec='minutes')}" if last else "its last backup failed",
                intent=_relative(site),
                mend="add it to hosts.yml again, or forget its backups once they need not be kept",
            )
        )


def _register(site: Site) -> Intent:
    path = site.register("backup")
    return Intent(file=str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path))


def _relative(site: Site) -> Intent:
    path = site.hosts_file
    return Intent(file=str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path))
