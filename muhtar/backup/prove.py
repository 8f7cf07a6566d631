"""backup.prove: restore into a scratch folder and compare with the original, then forget the copy."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup.devices import read_devices
from muhtar.backup.outcomes import Maker, age
from muhtar.backup.plan import Job, Plan
from muhtar.backup.restore import Step, bring_back, chosen
from muhtar.backup.sources.base import Machine
from muhtar.backup.together import on_machines
from muhtar.doors.restic import Restic
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, home, locked
from muhtar.words import count

__all__ = ["prove"]

_CHECK = "backup.restore"
_SHOWN = 5
_MEND = "compare the two by hand (./inv backup.restore); if the source is right, back it up again"


def prove(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only: str | None = None,
    progress: Progress,
    plan: Plan | None = None,
) -> ReportBuilder:
    """Restore the newest whole snapshots of the selected hosts and compare each source with what it was taken from.

    One outcome of `backup.restore` per host and source. Nothing on the hosts is changed; the scratch copy is removed.
    """
    plan = plan or Plan.make(site, limit, shard, only=only)
    builder = ReportBuilder("backup.prove", site.name, limit=limit, shard=shard)
    given = {name: one.given for name, one in read_devices(plan, progress).items()}

    def work(job: Job, machine: Machine, stop: threading.Event) -> list[Outcome]:
        found = _of_host(plan, job, machine, stop, progress)
        for outcome in found:
            progress.step(job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return found

    return on_machines(builder, plan, _CHECK, "Proving restores", work, given=given, progress=progress)


def _of_host(plan: Plan, job: Job, machine: Machine, stop: threading.Event, progress: Progress) -> list[Outcome]:
    outcomes = Maker(plan, _CHECK, job)
    started = datetime.now(UTC)
    try:
        with _scratch(job.name) as folder:
            restic = plan.restic(job, "runner")
            found = []
            for step in chosen(plan, job, folder):
                if stop.is_set():
                    break
                progress.activity(job.name, f"restoring {step.item.source.name}")
                found.append(_proven(outcomes, restic, step, machine))
            return found
    except Exception as error:  # noqa: BLE001 - one host's failure must not take the others' outcomes away
        return [outcomes.failed(item, error, started=started) for item in job.items]


def _proven(outcomes: Maker, restic: Restic, step: Step, machine: Machine) -> Outcome:
    started = datetime.now(UTC)
    try:
        run = bring_back(restic, step)
        took = (datetime.now(UTC) - started).total_seconds()
        proof = step.item.source.prove(machine, step.folder, run.time)
    except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
        return outcomes.failed(step.item, error, started=started)
    finally:
        shutil.rmtree(step.folder, ignore_errors=True)
    wanted = f"what was taken {age(started - run.time)} ago comes back equal"
    note = f" ({proof.note})" if proof.note else ""
    if proof.wrong:
        more = f" and {len(proof.wrong) - _SHOWN} more" if len(proof.wrong) > _SHOWN else ""
        text = f"{'; '.join(proof.wrong[:_SHOWN])}{more}{note}"
        return outcomes.make(step.item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend=_MEND)
    if not proof.equal and not step.item.source.may_be_empty:
        text = f"nothing that was restored could be compared{note}"
        return outcomes.make(step.item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend=_MEND)
    summary = f"{count(proof.equal, proof.unit)} equal{note}, restored in {took:.1f} s"
    return outcomes.make(step.item, Status.OK, summary, started=started)


@contextmanager
def _scratch(host: str) -> Iterator[Path]:
    """A folder for our eyes only, removed at the end; what a killed run left there goes with the next one of that host."""
    room = home() / "scratch"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(f"prove-{host}", wait=600):
        for old in room.glob(f"prove-{host}-*"):
            shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"prove-{host}-", dir=room))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
