"""software.changes: what was installed, upgraded and removed on the servers since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

from muhtar.doors.playbook import HostRun, run_playbook
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from muhtar.software.changes import Change, changes, counted, grouped
from muhtar.software.state import Known, keep, load
from muhtar.words import count

__all__ = ["CHECK", "GROUP", "PLAYBOOK", "report"]

CHECK = "software.changes"
GROUP = "servers"
_LONGEST = 300
PLAYBOOK = ROOT / "playbooks" / "packages.yml"


class _Shared(TypedDict):
    target: str
    check: str
    started: datetime
    duration: float


@dataclass(frozen=True)
class _Blind:
    """Why nothing was seen of a host, and how that counts."""

    status: Status
    why: str


def report(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    inventory: Inventory | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """Read the packages of the selected servers and say what differs from what is known of each; then that is what is known.

    A change is no finding: the report tells it, people judge it. A host that cannot be reached is unchecked, with the age of
    what is known. Nothing is changed on a host. Raises NothingSelectedError where no server is selected, and DoorError where the
    run failed.
    """
    inventory = inventory or Inventory.load(site)
    names = [target.name for target in inventory.select(limit, shard, group=GROUP)]
    builder = ReportBuilder("software.changes", site.name, limit=limit, shard=shard)
    builder.select(names, CHECK)
    known = {name: load(site, name) for name in names}
    progress.phase(f"Servers: what is installed on {len(names)}", None)
    moment = now or datetime.now(UTC)
    # The logs tell whole seconds.
    since = {name: int(one.clock) for name, one in known.items() if one}
    run = run_playbook(
        site,
        PLAYBOOK,
        inventory=inventory,
        limit=names,
        check=True,
        extra_vars={"software_since": since},
        progress=progress,
    )
    told: dict[str, list[Change]] = {}
    fresh: dict[str, Known] = {}
    for name in names:
        before = known[name]
        shared = _Shared(target=name, check=CHECK, started=moment, duration=run.duration)
        seen = _seen(run.hosts.get(name))
        if isinstance(seen, _Blind):
            builder.add(_unknown(shared, seen, before))
            continue
        fresh[name] = Known(taken=moment, clock=seen["clock"], packages=dict(seen["packages"]))
        told[name] = changes(before.packages, fresh[name].packages, seen["log"]) if before else []
        builder.add(_told(shared, before, len(seen["packages"]), told[name]))
    for line in grouped(told):
        builder.note(line)
    # Only when all that is told of the changes is in the report: what is known now is what the next look is held against.
    for name, one in fresh.items():
        keep(site, name, one)
    return builder


def _told(shared: _Shared, before: Known | None, packages: int, found: Sequence[Change]) -> Outcome:
    if before is None:
        said = f"first look, {count(packages, 'package')}"
    else:
        said = f"{counted(found) or 'no change'} since {before.taken:%Y-%m-%d %H:%M} UTC; {count(packages, 'package')}"
    return Outcome(**shared, status=Status.OK, summary=said, found="\n".join(map(str, found)) or None)


def _unknown(shared: _Shared, blind: _Blind, before: Known | None) -> Outcome:
    known = "nothing is known of it"
    if before:
        age = count((shared["started"] - before.taken).days, "day")
        known = f"what is known is of {before.taken:%Y-%m-%d %H:%M} UTC, {age} old"
    mend = f"see whether it is up and SSH answers, then: ./inv software.changes --limit {shared['target']}"
    return Outcome(**shared, status=blind.status, summary=f"{blind.why}; {known}", mend=mend)


def _seen(host: HostRun | None) -> dict[str, Any] | _Blind:
    """What the module returned, or why there is nothing."""
    if host is None:
        return _Blind(Status.UNCHECKED, f"was not looked at: no play of {PLAYBOOK.name} names it")
    if host.unreachable:
        return _Blind(Status.UNCHECKED, f"did not answer: {' '.join(host.unreachable.split())[:_LONGEST]}")
    if host.told is not None:
        return dict(host.told)
    why = next((event.msg for event in host.failed), "the module told nothing")
    return _Blind(Status.ERROR, f"its packages cannot be read: {why}")
