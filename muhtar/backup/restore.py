"""backup.restore: bring a host's sources back into a folder of this machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup import runs
from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.runs import SourceRun, device_tag
from muhtar.backup.sources.base import MissingSourceError
from muhtar.doors.restic import NoRepositoryError, Restic, Snapshot
from muhtar.doors.restic.contents import Node, nodes, restore_files
from muhtar.errors import UsageError
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["Restoration", "Step", "bring_back", "chosen", "parse_at", "prepare", "single"]

_CHECK = "backup.restore"


@dataclass(frozen=True)
class Step:
    """One source: the run to restore (None where there is none) and the folder that it goes to.

    `path`: only that file or folder of it; `files` and `bytes` are what of the run is to be restored, `snapshots` those of the
    run's that hold it.
    """

    host: str
    item: Item
    run: SourceRun | None
    folder: Path
    path: str | None
    snapshots: tuple[Snapshot, ...]
    files: int
    bytes: int

    @classmethod
    def of(cls, host: str, item: Item, run: SourceRun | None, folder: Path) -> Step:
        """All of a run."""
        if run is None:
            return cls(host, item, run, folder, None, (), 0, 0)
        return cls(host, item, run, folder, None, run.snapshots, run.files, run.bytes)

    def part(self, snapshot: Snapshot) -> str:
        """The folder of a snapshot that holds what is this host's: a snapshot of several devices has one for each."""
        return f"{snapshot.paths[0]}/{self.host}" if device_tag(self.host) in snapshot.tags else ""


@dataclass
class Restoration:
    """What a restore would do, before it does it."""

    site: Site
    plan: Plan
    job: Job
    to: Path
    steps: list[Step]
    restic: Restic
    overwrite: bool = False

    def describe(self) -> list[str]:
        """One line a step: what of which snapshots, and where to."""
        return [f"{self.job.name}/{step.item.source.name}: {_described(step)}" for step in self.steps]

    def apply(self, progress: Progress) -> ReportBuilder:
        """Restore every step. One outcome of `backup.restore` per source: ok when what was written equals the repository's."""
        builder = ReportBuilder("backup.restore", self.site.name, limit=self.job.name)
        builder.select(self.job.name, _CHECK)
        _folder(self.to, overwrite=self.overwrite)
        progress.phase(f"Restoring {self.job.name}", total=len(self.steps))
        outcomes = Maker(self.plan, _CHECK, self.job)
        for step in self.steps:
            started = datetime.now(UTC)
            progress.activity(self.job.name, step.item.source.name)
            try:
                run = bring_back(self.restic, step)
                what = f"{count(step.files, 'file')}, {size(step.bytes)}"
                summary = f"{what} of {run.time:%Y-%m-%d %H:%M} UTC, verified, in {step.folder}"
                outcome = outcomes.make(step.item, Status.OK, summary, started=started)
            except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
                outcome = outcomes.failed(step.item, error, started=started)
            builder.add(outcome)
            progress.step(self.job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return builder


def prepare(
    site: Site,
    host: str,
    to: Path,
    *,
    source: str | None = None,
    at: str | None = None,
    path: str | None = None,
    overwrite: bool = False,
    plan: Plan | None = None,
) -> Restoration:
    """Find the snapshots that a restore of `host` would bring back into `to`: the newest whole ones, at `at` or before.

    `path` restores that file or folder alone; `overwrite` writes into a folder that is not empty. Reads only. Raises UsageError
    for a folder that is not empty, a date that is none, or a path that is in no snapshot.
    """
    plan = plan or Plan.make(site, host, only=source)
    job = single(plan)
    folder = to.expanduser().absolute()
    _refuse(folder, overwrite=overwrite)
    restic = plan.restic(job, "runner")
    steps = chosen(plan, job, folder, parse_at(at))
    if path:
        steps = _narrowed(restic, steps, path)
    return Restoration(site, plan, job, folder, steps, restic, overwrite)


def single(plan: Plan) -> Job:
    """The one host of the plan. Raises UsageError where there are several."""
    if len(plan.jobs) != 1:
        raise UsageError("a restore is of one host", mend=f"name one of {', '.join(job.name for job in plan.jobs)}")
    return plan.jobs[0]


def chosen(plan: Plan, job: Job, folder: Path, at: datetime | None = None) -> list[Step]:
    """The newest whole run of each source, at `at` or before."""
    try:
        snapshots = plan.snapshots(job)
    except NoRepositoryError:
        snapshots = []
    return [Step.of(job.name, item, runs.newest(snapshots, item.source, at), folder / item.source.name) for item in job.items]


def bring_back(restic: Restic, step: Step) -> SourceRun:
    """Restore what a step names. Raises MissingSourceError where there is no snapshot."""
    if step.run is None:
        raise MissingSourceError("there is no whole snapshot to restore", mend="./inv backup.run")
    step.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for snapshot in step.snapshots:
        part = step.part(snapshot)
        # restic takes `ID:folder` for a part of a snapshot.
        name = f"{snapshot.id}:{part}" if part else snapshot.id
        if step.path:
            restore_files(restic, name, [step.path], str(step.folder), seconds=step.item.source.seconds)
        else:
            restic.restore(name, str(step.folder), seconds=step.item.source.seconds)
    return step.run


def _narrowed(restic: Restic, steps: list[Step], path: str) -> list[Step]:
    """The steps that hold `path`, of each the path alone."""
    wanted = f"/{path.strip('/')}"
    found = []
    for step in steps:
        holding: dict[Snapshot, list[Node]] = {}
        for snapshot in step.snapshots:
            part = step.part(snapshot)
            inside = [node for node in nodes(restic, snapshot.id, part or "/") if _below(node.path.removeprefix(part), wanted)]
            if inside:
                holding[snapshot] = inside
        if holding:
            files = [node for inside in holding.values() for node in inside if node.kind != "dir"]
            total = sum(node.size for node in files)
            found.append(replace(step, path=wanted, snapshots=tuple(holding), files=len(files), bytes=total))
    if not found:
        looked = "; ".join(f"{step.item.source.name}: {_described(step)}" for step in steps)
        raise UsageError(f"{wanted} is in none of the snapshots ({looked})", mend="choose another --at, or the path as it was")
    return found


def _below(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(f"{wanted}/")


def _described(step: Step) -> str:
    if step.run is None:
        return "no snapshot"
    ids = ", ".join(snapshot.id[:8] for snapshot in step.snapshots)
    what = f"{step.path}, " if step.path else ""
    when = f"{step.run.time:%Y-%m-%d %H:%M} UTC"
    return f"{what}{when}, {count(step.files, 'file')}, {size(step.bytes)}, snapshot {ids} -> {step.folder}"


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


def _folder(folder: Path, *, overwrite: bool) -> None:
    """Make the folder, for its owner alone: what comes back holds keys and passwords. Raises UsageError where it is not empty."""
    _refuse(folder, overwrite=overwrite)
    if not overwrite or not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _refuse(folder: Path, *, overwrite: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder", mend="give --to a folder that does not exist yet")
    if not overwrite and folder.is_dir() and any(folder.iterdir()):
        mend = "give --to a folder that does not exist yet; --overwrite writes over what is there"
        raise UsageError(f"{folder} is not empty", mend=mend)
