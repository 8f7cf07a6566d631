"""backup.restore: bring a host's sources back into a folder of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup import runs
from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.runs import SourceRun, device_tag
from muhtar.backup.sources.base import MissingSourceError
from muhtar.doors.restic import NoRepositoryError, Restic
from muhtar.errors import UsageError
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["Restoration", "Step", "bring_back", "chosen", "empty_folder", "parse_at", "prepare"]

_CHECK = "backup.restore"


@dataclass(frozen=True)
class Step:
    """One source: the run to restore (None where there is none) and the folder that it goes to."""

    host: str
    item: Item
    run: SourceRun | None
    folder: Path


@dataclass
class Restoration:
    """What a restore would do, before it does it."""

    site: Site
    plan: Plan
    job: Job
    to: Path
    steps: list[Step]
    restic: Restic

    def describe(self) -> list[str]:
        """One line a step."""
        return [
            f"{self.job.name}/{step.item.source.name}: "
            + (
                f"{step.run.time:%Y-%m-%d %H:%M} UTC, {count(step.run.files, 'file')}, {size(step.run.bytes)} -> {step.folder}"
                if step.run
                else "no snapshot"
            )
            for step in self.steps
        ]

    def apply(self, progress: Progress) -> ReportBuilder:
        """Restore every step. One outcome of `backup.restore` per source: ok when what was written equals the repository's."""
        builder = ReportBuilder("backup.restore", self.site.name, limit=self.job.name)
        builder.select(self.job.name, _CHECK)
        empty_folder(self.to)
        progress.phase(f"Restoring {self.job.name}", total=len(self.steps))
        outcomes = Maker(self.plan, _CHECK, self.job)
        for step in self.steps:
            started = datetime.now(UTC)
            progress.activity(self.job.name, step.item.source.name)
            try:
                run = bring_back(self.restic, step)
                summary = (
                    f"{count(run.files, 'file')}, {size(run.bytes)} of {run.time:%Y-%m-%d %H:%M} UTC, verified, in {step.folder}"
                )
                outcome = outcomes.make(step.item, Status.OK, summary, started=started)
            except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
                outcome = outcomes.failed(step.item, error, started=started)
            builder.add(outcome)
            progress.step(self.job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return builder


def prepare(
    site: Site, host: str, to: Path, *, source: str | None = None, at: str | None = None, plan: Plan | None = None
) -> Restoration:
    """Find the snapshots that a restore of `host` would bring back into `to`: the newest whole ones, at `at` or before.

    Reads only. Raises UsageError for a folder that is not empty, or a date that is none.
    """
    plan = plan or Plan.make(site, host, only=source)
    if len(plan.jobs) != 1:
        raise UsageError("a restore is of one host", mend=f"name one of {', '.join(job.name for job in plan.jobs)}")
    folder = to.expanduser().absolute()
    _refuse_full(folder)
    job = plan.jobs[0]
    restic = plan.restic(job, "runner")
    return Restoration(site, plan, job, folder, chosen(plan, job, folder, parse_at(at)), restic)


def chosen(plan: Plan, job: Job, folder: Path, at: datetime | None = None) -> list[Step]:
    """The newest whole run of each source, at `at` or before."""
    try:
        snapshots = plan.snapshots(job)
    except NoRepositoryError:
        snapshots = []
    return [Step(job.name, item, runs.newest(snapshots, item.source, at), folder / item.source.name) for item in job.items]


def bring_back(restic: Restic, step: Step) -> SourceRun:
    """Restore all snapshots of a step. Raises MissingSourceError where there is none."""
    if step.run is None:
        raise MissingSourceError("there is no whole snapshot to restore", mend="./inv backup.run")
    step.folder.mkdir(mode=0o700, parents=True)
    for snapshot in step.run.snapshots:
        # A snapshot of several devices has a folder for each; restic takes `ID:folder` for a part of a snapshot.
        part = f":{snapshot.paths[0]}/{step.host}" if device_tag(step.host) in snapshot.tags else ""
        restic.restore(f"{snapshot.id}{part}", str(step.folder), seconds=step.item.source.seconds)
    return step.run


def parse_at(text: str | None) -> datetime | None:
    """A date (its end) or a moment, in UTC unless it says otherwise. Raises UsageError for what is neither."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date", mend="write 2027-01-31 or 2027-01-31T18:00") from None
    if len(text) <= 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def empty_folder(folder: Path) -> None:
    """Make the folder, for its owner alone: what comes back holds keys and passwords. Raises UsageError where it is not empty."""
    _refuse_full(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _refuse_full(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder", mend="give --to a folder that does not exist yet")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", mend="give --to a folder that does not exist yet: a restore never overwrites")
