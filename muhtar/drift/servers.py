"""Servers: the roles of a host are run in check mode, and every task that would change something is a finding; so is whatever
is there that nobody declared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from muhtar.doors.playbook import PlaybookRun, run_playbook
from muhtar.doors.together import together
from muhtar.drift.declared import declared_of
from muhtar.drift.fast import learn, unchanged
from muhtar.drift.intent import fingerprint
from muhtar.drift.roles import roles_of
from muhtar.drift.tasks import coverage, outcomes
from muhtar.drift.unmanaged import CHECK as UNMANAGED
from muhtar.drift.unmanaged import Watch
from muhtar.errors import DoorError
from muhtar.held import hold
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from muhtar.words import count

__all__ = ["CHECK", "GROUP", "PLAYBOOK", "all_failed", "check", "converge", "mend"]

CHECK = "drift.servers"
GROUP = "servers"
PLAYBOOK = ROOT / "playbooks" / "site.yml"
# The same, and a survey of what nobody declared before it.
CHECK_PLAYBOOK = ROOT / "playbooks" / "check.yml"
MOST_PARTS = 4


def check(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    full: bool = False,
    progress: Progress,
    inventory: Inventory | None = None,
) -> ReportBuilder:
    """Would any task of the hosts' roles change anything, and is anything there that nobody declared? Nothing is changed.

    A host that looks just as it did at its last full check is not asked for the former again, unless `full`. A run that fails as
    a whole is an error of each of its hosts. Raises NothingSelectedError where no server is selected, and InventoryError where
    what is declared or allowed is no such thing.
    """
    inventory = inventory or Inventory.load(site)
    targets = inventory.select(limit, shard, group=GROUP)
    builder = ReportBuilder("drift.servers", site.name, limit=limit, shard=shard)
    watch = _watch(targets, inventory)
    _look(builder, CHECK, site, targets, full=full, progress=progress, inventory=inventory, watch=watch)
    _add(builder, watch, targets)
    return builder


def mend(
    site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress, inventory: Inventory | None = None
) -> ReportBuilder:
    """Run the roles of these hosts for real, then check again; the report is that of the second look.

    What nobody declared stays: no role knows of it, and what it is for is a person's to say.
    """
    inventory = inventory or Inventory.load(site)
    targets = inventory.select(limit, shard, group=GROUP)
    builder = ReportBuilder("drift.servers", site.name, limit=limit, shard=shard)
    watch = _watch(targets, inventory)
    converge(builder, CHECK, site, targets, progress=progress, inventory=inventory, watch=watch)
    _add(builder, watch, targets)
    return builder


def _watch(targets: Sequence[Target], inventory: Inventory) -> Watch:
    roles = roles_of(inventory)
    return Watch({target.name: declared_of(target, roles[target.name], inventory) for target in targets})


def _add(builder: ReportBuilder, watch: Watch, targets: Sequence[Target]) -> None:
    builder.select([target.name for target in targets], UNMANAGED)
    builder.add(*watch.outcomes())


def converge(
    builder: ReportBuilder,
    check_id: str,
    site: Site,
    targets: Sequence[Target],
    *,
    progress: Progress,
    inventory: Inventory,
    verify: bool = True,
    watch: Watch | None = None,
) -> None:
    """Bring the hosts to their declared state and add what became of them under `check_id`.

    Each host's lock is held meanwhile; a host that another run is changing is an error. With `verify`, a second pass in check
    mode is what counts, and `watch` gets its surveys. A task that failed is an error in either case.
    """
    builder.select([target.name for target in targets], check_id)
    with ExitStack() as locks:
        busy = {target.name: outcome for target in targets if (outcome := hold(locks, site, target.name, check_id))}
        builder.add(*busy.values())
        free = [target for target in targets if target.name not in busy]
        if not free:
            return
        progress.phase(f"Servers: bringing {len(free)} to their declared state", None)
        started = datetime.now(UTC)
        whole: list[Target] = []
        for part, run in _run(site, PLAYBOOK, free, check=False, progress=progress, inventory=inventory):
            if isinstance(run, DoorError):
                builder.add(*all_failed(check_id, part, run, started))
                continue
            for host in run.hosts.values():
                if changed := [event.title for event in host.changed if not event.handler]:
                    builder.note(f"changed on {host.host}: {', '.join(changed[:8])}{' …' if len(changed) > 8 else ''}")
                host.changed.clear()
            for target in free:
                if target.name not in part:
                    continue
                # Where a task failed or the host went away, a second look says no more.
                if verify and _is_whole(run, target.name):
                    whole.append(target)
                else:
                    builder.add(*outcomes(check_id, target.name, run, started=started, mend=_mend(target.name)))
        if whole:
            # What was just changed has no baseline that could hold.
            _look(builder, check_id, site, whole, full=True, progress=progress, inventory=inventory, watch=watch)


def _is_whole(run: PlaybookRun, name: str) -> bool:
    found = run.hosts.get(name)
    return found is not None and not found.failed and not found.unreachable


def _look(
    builder: ReportBuilder,
    check_id: str,
    site: Site,
    targets: Sequence[Target],
    *,
    full: bool,
    progress: Progress,
    inventory: Inventory,
    watch: Watch | None,
) -> None:
    names = [target.name for target in targets]
    builder.select(names, check_id)
    # Before anything is looked at: what changes from now on makes the next fingerprint another one.
    intent = fingerprint(site, inventory)
    same = [] if full else unchanged(site, names, intent, inventory=inventory, progress=progress)
    builder.add(*(one.outcome(check_id) for one in same))
    if watch:
        for one in same:
            watch.saw(one.host, one.survey)
    if same:
        oldest = min(one.baseline.checked for one in same)
        builder.note(f"{count(len(same), 'host')} unchanged since the last full check, the oldest of {oldest:%Y-%m-%d %H:%M} UTC")
    known = {one.host for one in same}
    left = [target for target in targets if target.name not in known]
    if left:
        _look_in_full(builder, check_id, site, left, intent, progress=progress, inventory=inventory, watch=watch)


def _look_in_full(
    builder: ReportBuilder,
    check_id: str,
    site: Site,
    targets: Sequence[Target],
    intent: str,
    *,
    progress: Progress,
    inventory: Inventory,
    watch: Watch | None,
) -> None:
    progress.phase(f"Servers: {len(targets)} in check mode", None)
    started = datetime.now(UTC)
    runs: list[PlaybookRun] = []
    blind: dict[str, str] = {}
    playbook = CHECK_PLAYBOOK if watch else PLAYBOOK
    least = int(site.settings["drift"]["coverage_percent"])
    for part, run in _run(site, playbook, targets, check=True, progress=progress, inventory=inventory):
        if isinstance(run, DoorError):
            builder.add(*all_failed(check_id, part, run, started))
            continue
        runs.append(run)
        for name in part:
            found = outcomes(check_id, name, run, started=started, mend=_mend(name), coverage_percent=least)
            builder.add(*found)
            if watch and name in run.hosts:
                watch.saw(name, run.hosts[name].told)
            clean = all(outcome.status is Status.OK for outcome in found)
            if why := learn(site, name, run, intent, started=started, clean=clean):
                blind[name] = why[0]
    if runs:
        builder.note(coverage(runs))
    if blind:
        name = min(blind)
        builder.note(f"{count(len(blind), 'host')} always checked in full; {name}: {blind[name]}")


def _run(
    site: Site, playbook: Path, targets: Sequence[Target], *, check: bool, progress: Progress, inventory: Inventory
) -> list[tuple[list[str], PlaybookRun | DoorError]]:
    """Run the playbook on these hosts, in parts side by side: each part's hosts, and what became of it."""
    parts = _parts(targets)
    calls = [
        partial(run_playbook, site, playbook, inventory=inventory, limit=part, check=check, progress=progress) for part in parts
    ]
    found: list[tuple[list[str], PlaybookRun | DoorError]] = []
    for part, future in zip(parts, together(calls), strict=True):
        try:
            found.append((part, future.result()))
        except DoorError as error:
            found.append((part, error))
    return found


def _parts(targets: Sequence[Target]) -> list[list[str]]:
    """Hosts divided among several ansible-playbook programs, one a processor.

    Ansible's main process is one thread, and plays of single hosts leave all other processors idle. No role may count on what
    another host gets in the same run, so the parts may run side by side. They should end together: a host in many groups has many
    roles, so it counts for more, and the heaviest are dealt out first.
    """
    number = min(len(targets), os.cpu_count() or 1, MOST_PARTS)
    parts: list[list[Target]] = [[] for _ in range(number)]
    for target in sorted(targets, key=lambda target: len(target.groups), reverse=True):
        min(parts, key=lambda part: sum(len(one.groups) for one in part)).append(target)
    return [[target.name for target in part] for part in parts]


def all_failed(check_id: str, names: Sequence[str], error: DoorError, started: datetime) -> list[Outcome]:
    """An error of each of these hosts: the run that was to look at them failed as a whole."""
    duration = (datetime.now(UTC) - started).total_seconds()
    return [
        Outcome(
            target=name,
            check=check_id,
            status=Status.ERROR,
            summary=error.message,
            mend=error.mend,
            started=started,
            duration=duration,
        )
        for name in names
    ]


def _mend(name: str) -> str:
    return f"./inv drift.check --only servers --limit {name} --apply"
