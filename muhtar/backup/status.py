"""backup.status: one table for all systems, and a finding for every property that a system's backups lack."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muhtar.backup import age, properties, trend
from muhtar.backup.facts import Facts
from muhtar.backup.plan import Job, Plan
from muhtar.backup.properties import Properties
from muhtar.backup.seen import Seen, look
from muhtar.backup.together import together
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.protection import Property, Protection
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["status"]


def status(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    plan: Plan | None = None,
    history: History | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """Ask every repository for its snapshots, and the history for checks, copies and drills.

    Outcomes per host: `backup.age` and `backup.trend` for each source, `backup.properties` for each property of the 3-2-1 rule
    and each rhythm of the policy. The report carries a line of the table for each host. A host that no policy mentions is a
    finding of `backup.age`.
    """
    plan = plan or Plan.make(site, limit, shard)
    known = Facts.read(history or History.open(), site.name)
    moment = now or datetime.now(UTC)
    builder = ReportBuilder("backup.status", site.name, limit=limit, shard=shard)
    hosts = [job.name for job in plan.jobs]
    builder.select([*hosts, *plan.unplanned], age.CHECK)
    builder.select(hosts, properties.CHECK)
    builder.select(hosts, trend.CHECK)
    for note in plan.exemptions:
        builder.note(note)
    progress.phase("Asking the repositories", total=len(hosts))
    lines: dict[str, Protection] = {}

    def work(job: Job, _stop: threading.Event) -> list[Outcome]:
        seen = look(plan, job)
        aged, moved = age.judge(plan, job, seen, moment), trend.judge(plan, job, seen)
        props = Properties(plan, job, seen, known, moment)
        lines[job.name] = _line(props.line(), aged, moved, _Now(job, seen, moment))
        worst = next((outcome for outcome in aged if outcome.status is not Status.OK), aged[0])
        progress.step(job.name, worst.summary, worst.status)
        return [*aged, *props.outcomes(), *moved]

    builder.add(*together(work, plan.jobs, int(site.settings["workers"])))
    builder.add(*(age.unplanned(plan, host) for host in plan.unplanned))
    builder.protect(*(lines[host] for host in hosts))
    return builder


@dataclass(frozen=True)
class _Now:
    """What a host's repository lists at a moment."""

    job: Job
    seen: Seen
    moment: datetime


def _line(line: Protection, aged: list[Outcome], moved: list[Outcome], now: _Now) -> Protection:
    """The line with what the repository itself tells: how old the worst source is, how large all of them are."""
    lacks: list[Property] = list(line.lacks)
    unknown: list[Property] = list(line.unknown)
    parts: tuple[tuple[Property, list[Outcome]], ...] = (("age", aged), ("size", moved))
    for name, outcomes in parts:
        found = {outcome.status for outcome in outcomes}
        if Status.FINDING in found:
            lacks.append(name)
        elif found - {Status.OK}:
            unknown.append(name)
    held = trend.size_of(now.job, now.seen)
    last, rpo_hours = _worst(now)
    return line.model_copy(
        update={
            "last": last,
            "rpo_hours": rpo_hours,
            "bytes": held.bytes if held else None,
            "growth": held.growth if held else None,
            "lacks": tuple(lacks),
            "unknown": tuple(unknown),
        }
    )


def _worst(now: _Now) -> tuple[datetime | None, float]:
    """When the source that is worst off against its RPO was last taken (None: never, or not known), and that RPO in hours."""
    if now.seen.error:
        return None, now.job.policy.rpo_hours
    taken: list[tuple[float, datetime, float]] = []
    for item in now.job.items:
        last = now.seen.newest(item.source)
        if last is None:
            return None, item.rpo_hours
        taken.append(((now.moment - last.time) / timedelta(hours=item.rpo_hours), last.time, item.rpo_hours))
    _, when, rpo_hours = max(taken)
    return when, rpo_hours
