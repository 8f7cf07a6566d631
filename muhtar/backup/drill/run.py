"""backup.drill: restore the newest snapshots into scratch areas, look whether they are what they were, and leave evidence."""

from __future__ import annotations

import random
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup.drill.case import Case, Drilled
from muhtar.backup.drill.evidence import Evidence, Looked, Proved, Written, write
from muhtar.backup.drill.parts import parts, whole
from muhtar.backup.drill.scratch import Scratch
from muhtar.backup.outcomes import Maker, age
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.restore import Step, chosen
from muhtar.backup.sources.base import Machine
from muhtar.backup.together import on_machines
from muhtar.errors import LockedError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, home, locked
from muhtar.words import some

__all__ = ["CHECK", "SAMPLE", "Result", "drill"]

CHECK = "backup.drill"
# How many files of a source are looked at.
SAMPLE = 10
_SHOWN = 5
_MEND = "compare by hand (./inv backup.restore); if the original is right, back it up again and drill again"


@dataclass(frozen=True)
class _Setting:
    """What all drills of a run share."""

    plan: Plan
    scratch: Scratch
    progress: Progress
    seed: str
    sample: int


@dataclass(frozen=True)
class Result:
    """The report of a drill, and its evidence."""

    report: ReportBuilder
    evidence: Written


def drill(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only: str | None = None,
    seed: str | None = None,
    sample: int = SAMPLE,
    progress: Progress,
    plan: Plan | None = None,
    scratch: Scratch | None = None,
) -> Result:
    """Drill the newest whole snapshots of the selected hosts; write the signed evidence.

    One outcome of `backup.drill` per host and source, and one more where a service must accept what its files say; the duration
    of each is the time to restore. `seed` and `sample` (files of a source) choose what is looked at. Nothing is written but on
    the runner and on hosts of the group `drill`; a device holds a candidate for a moment. Raises InventoryError for a scratch
    host that is in use for anything else.
    """
    if sample < 1:
        raise UsageError("a drill looks at one file at least", mend="--sample 10")
    plan = plan or Plan.make(site, limit, shard, only=only)
    scratch = scratch or Scratch.of(plan.inventory, [job.target for job in plan.jobs])
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    seed = seed or secrets.token_hex(8)
    builder.note(f"seed {seed}")
    setting = _Setting(plan, scratch, progress, seed, sample)
    proofs: dict[str, list[Proved]] = {}
    started = datetime.now(UTC)

    def work(job: Job, machine: Machine, stop: threading.Event) -> list[Outcome]:
        done = _Host(setting, job, machine, stop)
        found = done.drill()
        proofs[job.name] = done.proofs
        for outcome in found:
            progress.step(job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return found

    report = on_machines(builder, plan, CHECK, "Drilling restores", work, given={}, progress=progress)
    drills = tuple(proof for job in plan.jobs for proof in proofs.get(job.name, ()))
    written = write(site, Evidence(site=site.name, seed=seed, started=started, finished=datetime.now(UTC), drills=drills))
    report.note(f"evidence: {written.json}; check it with {written.verify}")
    if written.remark:
        report.note(written.remark)
    return Result(report, written)


class _Host:
    """The drills of one host. `proofs` is what the evidence says of them."""

    def __init__(self, setting: _Setting, job: Job, machine: Machine, stop: threading.Event) -> None:
        self._setting = setting
        self._job = job
        self._machine = machine
        self._stop = stop
        self._outcomes = Maker(setting.plan, CHECK, job)
        self.proofs: list[Proved] = []

    def drill(self) -> list[Outcome]:
        """Every source has an outcome, whatever fails."""
        started = datetime.now(UTC)
        try:
            with _room(self._job.name) as folder:
                steps = chosen(self._setting.plan, self._job, folder)
                return [outcome for step in steps for outcome in self._source(step)]
        except Exception as error:  # noqa: BLE001 - one host's failure must not take the others' outcomes away
            return [self._failed(item, None, error, started, item.source.name) for item in self._job.items]

    def _source(self, step: Step) -> Iterator[Outcome]:
        """The drill of one source, and of each part of it that a program must accept."""
        name = step.item.source.name
        case = self._case(step)
        yield self._one(step, name, f"drilling {name}", whole)
        if step.run is None:
            return
        try:
            found = list(parts(case))
        except Exception as error:  # noqa: BLE001 - whether there is one nobody knows now, and that must be seen
            yield self._failed(step.item, case, error, case.started, f"{name}: asterisk")
            return
        for part in found:
            yield self._one(step, f"{name}: {part.name}", part.meanwhile, part.drill)

    def _case(self, step: Step) -> Case:
        dice = random.Random(f"{self._setting.seed}:{step.host}:{step.item.source.name}")  # noqa: S311 - a sample, not a secret
        restic = self._setting.plan.restic(self._job, "runner")
        now = datetime.now(UTC)
        return Case(
            self._setting.plan, self._job, step, restic, self._machine, self._setting.scratch, dice, self._setting.sample, now
        )

    def _one(self, step: Step, subject: str, meanwhile: str, body: Callable[[Case], Drilled]) -> Outcome:
        case = self._case(step)
        self._setting.progress.activity(self._job.name, meanwhile)
        try:
            done = self._done(case, body)
        except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
            return self._failed(case.item, case, error, case.started, subject)
        finally:
            shutil.rmtree(step.folder, ignore_errors=True)
        return self._judged(case, subject, done)

    def _done(self, case: Case, body: Callable[[Case], Drilled]) -> Drilled:
        if self._stop.is_set():
            raise LockedError("interrupted before it was begun")
        # Says so where there is nothing to restore.
        _ = case.run
        return body(case)

    def _judged(self, case: Case, subject: str, done: Drilled) -> Outcome:
        wanted = f"what was taken {age(case.started - case.run.time)} ago comes back, and is what it was"
        took = f"back in {done.seconds:.1f} s{' (reckoned from the sample)' if done.estimated else ''}"
        if done.wrong:
            text = some(done.wrong, _SHOWN, "; ")
            mend = done.mend or _MEND
            outcome = self._make(case, Status.FINDING, text, wanted=wanted, found=text, mend=mend)
        elif done.unseen:
            outcome = self._make(case, Status.UNCHECKED, f"{done.unseen}; {done.what}, {took}", wanted=wanted, mend=done.mend)
        else:
            outcome = self._make(case, Status.OK, f"{done.what}, {took}")
        outcome = outcome.model_copy(update={"subject": subject, "duration": done.seconds})
        self._prove(case, outcome, done)
        return outcome

    def _make(self, case: Case, status: Status, summary: str, **more: str | None) -> Outcome:
        return self._outcomes.make(case.item, status, summary, started=case.started, **more)

    def _failed(self, item: Item, case: Case | None, error: Exception, started: datetime, subject: str) -> Outcome:
        outcome = self._outcomes.failed(item, error, started=started).model_copy(update={"subject": subject})
        self._prove(case, outcome, None, item)
        return outcome

    def _prove(self, case: Case | None, outcome: Outcome, done: Drilled | None, item: Item | None = None) -> None:
        source = case.item if case else item
        run = case.step.run if case else None
        self.proofs.append(
            Proved(
                system=outcome.target,
                source=outcome.subject,
                kind=source.source.kind if source else "",
                status=outcome.status,
                summary=outcome.summary,
                repository=self._job.repository,
                snapshots=tuple(snapshot.id for snapshot in run.snapshots) if run else (),
                taken=run.time if run else None,
                place=done.place if done else None,
                seconds=round(done.seconds, 3) if done else None,
                estimated=done.estimated if done else False,
                sample=tuple(Looked(name=one.name, found=one.found, equal=one.equal) for one in done.sample) if done else (),
            )
        )


@contextmanager
def _room(host: str) -> Iterator[Path]:
    """A folder for our eyes only, removed at the end; what a killed run left there goes with the next one of that host."""
    room = home() / "scratch"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(f"drill-of-{host}", wait=600):
        for old in room.glob(f"drill-{host}-*"):
            shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"drill-{host}-", dir=room))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
