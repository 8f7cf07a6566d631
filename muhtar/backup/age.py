"""How old the newest whole snapshot of each source is, against its RPO."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from muhtar.backup.outcomes import Maker, age, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.seen import Seen, look
from muhtar.backup.together import together
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["CHECK", "ages", "judge", "unplanned"]

CHECK = "backup.age"
_MEND = "./inv backup.run --limit {host}"
# Clocks of well-kept hosts differ by less; more would make a snapshot look younger than it is.
_SKEW = timedelta(minutes=10)


def ages(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    plan: Plan | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """Ask every repository for its snapshots, and look at nothing else. One outcome of `backup.age` per host and source.

    Findings: none that is whole, one older than its RPO, one from the future, and a host that no policy mentions.
    """
    plan = plan or Plan.make(site, limit, shard)
    builder = ReportBuilder("backup.status", site.name, limit=limit, shard=shard)
    builder.select([*(job.name for job in plan.jobs), *plan.unplanned], CHECK)
    for note in plan.exemptions:
        builder.note(note)
    progress.phase("Asking the repositories", total=len(plan.jobs))

    def work(job: Job, _stop: threading.Event) -> list[Outcome]:
        found = judge(plan, job, look(plan, job), now or datetime.now(UTC))
        worst = next((outcome for outcome in found if outcome.status is not Status.OK), found[0])
        progress.step(job.name, worst.summary, worst.status)
        return found

    builder.add(*together(work, plan.jobs, int(site.settings["workers"])))
    builder.add(*(unplanned(plan, host) for host in plan.unplanned))
    return builder


def judge(plan: Plan, job: Job, seen: Seen, now: datetime) -> list[Outcome]:
    """One outcome of `backup.age` for each source of a host."""
    started = datetime.now(UTC)
    outcomes = Maker(plan, CHECK, job)
    if seen.error:
        return [outcomes.failed(item, seen.error, started=started) for item in job.items]
    return [_judged(outcomes, job, item, seen, started=started, now=now) for item in job.items]


def _judged(outcomes: Maker, job: Job, item: Item, seen: Seen, *, started: datetime, now: datetime) -> Outcome:
    wanted = f"a snapshot younger than {item.rpo_hours:g} h"
    mend = _MEND.format(host=job.name)
    last = seen.newest(item.source)
    if last is None:
        text = "no whole snapshot, only broken-off ones" if seen.runs(item.source) else "never backed up"
        return outcomes.make(item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend=mend)
    old = now - last.time
    if old < -_SKEW:
        text = f"the newest snapshot is {age(-old)} in the future"
        return outcomes.make(item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend="mend the host's clock")
    summary = f"{age(old)} old, {count(last.files, 'file')}, {size(last.bytes)}; RPO {item.rpo_hours:g} h"
    if old > timedelta(hours=item.rpo_hours):
        return outcomes.make(item, Status.FINDING, summary, started=started, wanted=wanted, found=f"{age(old)} old", mend=mend)
    return outcomes.make(item, Status.OK, summary, started=started)


def unplanned(plan: Plan, host: str, check: str = CHECK) -> Outcome:
    """The finding of a check for a host that no policy mentions."""
    return Outcome(
        target=host,
        check=check,
        status=Status.FINDING,
        summary="no policy says whether this host is backed up",
        wanted="a group with sources, or an exemption with its reason",
        intent=plan.intent,
        mend=f"add one of its groups to {plan.intent.file}, or {host} to `exempt`",
    )
