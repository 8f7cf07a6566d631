"""backup.run: take a snapshot of every source, then look into the repository whether it is there."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Literal

from muhtar.backup import runs
from muhtar.backup.devices import devices_of
from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.shared import back_up_shared
from muhtar.backup.sources.base import Held, Machine, Output, Paths, Piece
from muhtar.backup.together import on_machines
from muhtar.doors.restic import NoRepositoryError, Restic, Snapshot, Taken
from muhtar.doors.restic import Progress as ResticProgress
from muhtar.errors import LockedError, MuhtarError
from muhtar.network.history.outcomes import tell
from muhtar.network.history.take import Taken as TakenDevice
from muhtar.network.history.take import take
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, locked
from muhtar.words import count

__all__ = ["CHECK", "run", "unplanned"]

CHECK = "backup.snapshot"
# Another run of the same host is waited for this long, in seconds.
_WAIT = 900.0
_SHOWN = 5
Where = Literal["host", "runner"]
_PLACES: tuple[Where, ...] = ("host", "runner")


def run(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only: str | None = None,
    progress: Progress,
    plan: Plan | None = None,
    taken: Mapping[str, TakenDevice] | None = None,
) -> ReportBuilder:
    """Back up the selected hosts, each into its own repository, several at once. `only` keeps the sources of that name.

    One outcome of `backup.snapshot` per host and source: ok where a new snapshot with something in it is in the repository;
    finding where the source is missing, empty or was not wholly readable; unchecked where host or server do not answer.
    Network devices are read, judged and kept in the history first, with outcomes of `network.history` and `network.unsaved`,
    unless `taken` holds what became of them.
    """
    plan = plan or Plan.make(site, limit, shard, only=only)
    builder = ReportBuilder("backup.run", site.name, limit=limit, shard=shard)
    if taken is None:
        targets = devices_of(plan)
        taken = take(plan.inventory, targets, progress=progress) if targets else {}
        tell(builder, site, targets, taken)
    given = {name: one.given for name, one in taken.items()}

    together = back_up_shared(plan, plan.jobs, taken, CHECK, progress)

    def work(job: Job, machine: Machine, stop: threading.Event) -> list[Outcome]:
        if job.name in together:
            return together[job.name]
        return _Host(plan, job, machine, progress, stop).back_up()

    return on_machines(builder, plan, CHECK, "Backing up", work, given=given, progress=progress)


def unplanned(plan: Plan, host: str) -> Outcome:
    """The finding for a host whose backup no policy declares."""
    return Outcome(
        target=host,
        check=CHECK,
        status=Status.FINDING,
        summary="no policy says where the original is to be backed up",
        wanted="a group with a source for it, or an exemption with its reason",
        intent=plan.intent,
        mend=f"add one of its groups to {plan.intent.file}, or {host} to `exempt`",
    )


class _Host:
    """The backup of one host."""

    def __init__(self, plan: Plan, job: Job, machine: Machine, progress: Progress, stop: threading.Event) -> None:
        self._plan = plan
        self._job = job
        self._machine = machine
        self._progress = progress
        self._stop = stop
        self._outcomes = Maker(plan, CHECK, job)
        self._run = uuid.uuid4().hex[:12]

    def back_up(self) -> list[Outcome]:
        """Take every source, one after the other; whatever fails, each has its outcome."""
        started = datetime.now(UTC)
        try:
            with ExitStack() as held:
                self._lock(held)
                return [outcome for where in _PLACES for outcome in self._at(where)]
        except Exception as error:  # noqa: BLE001 - one host's failure must not take the others' outcomes away
            return [self._told(self._outcomes.failed(item, error, started=started)) for item in self._job.items]

    def _lock(self, held: ExitStack) -> None:
        """Hold the host's repository against other runs of ours."""
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                held.enter_context(locked(f"backup-{self._plan.site.name}-{self._job.name}", wait=1))
            except LockedError:
                if self._stop.is_set() or time.monotonic() > deadline:
                    raise
                self._progress.activity(self._job.name, "waiting for another run to end")
            else:
                return

    def _at(self, where: Where) -> list[Outcome]:
        """The sources that restic takes at one place: all taken, then the repository asked once what of it is there."""
        items = [item for item in self._job.items if item.source.runs == where]
        if not items:
            return []
        restic = self._plan.restic(self._job, where)
        self._progress.activity(self._job.name, "opening the repository")
        new = self._open(restic)
        results = [(item, datetime.now(UTC), self._tried(restic, item)) for item in items]
        listed = self._listed(restic)
        found = []
        for item, started, taken in results:
            if isinstance(taken, Exception):
                outcome = self._outcomes.failed(item, taken, started=started)
            elif isinstance(listed, Exception):
                outcome = self._outcomes.failed(item, listed, started=started)
            else:
                outcome = self._judged(item, taken, listed, started, new=new)
            found.append(self._told(outcome))
        return found

    def _open(self, restic: Restic) -> bool:
        """See that there is a repository to write to. True where it had to be made."""
        try:
            restic.snapshots()
        except NoRepositoryError:
            restic.init()
            return True
        return False

    def _tried(self, restic: Restic, item: Item) -> list[Taken] | Exception:
        if self._stop.is_set():
            return LockedError("interrupted before it was begun")
        try:
            return self._take(restic, item)
        except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
            return error

    def _take(self, restic: Restic, item: Item) -> list[Taken]:
        name = item.source.name
        self._progress.activity(self._job.name, name)
        pieces = item.source.pieces(self._machine)
        tags = runs.tags(name, self._run, len(pieces))
        return [self._piece(restic, piece, item, tags) for piece in pieces]

    def _piece(self, restic: Restic, piece: Piece, item: Item, tags: list[str]) -> Taken:
        host, seconds = self._job.name, item.source.seconds
        show = self._shower(item.source.name)
        match piece:
            case Paths():
                return restic.backup_paths(
                    piece.paths, host=host, tags=tags, seconds=seconds, excludes=piece.excludes, on_progress=show
                )
            case Output():
                return restic.backup_output(
                    piece.command, name=piece.name, host=host, tags=tags, seconds=seconds, on_progress=show
                )
            case Held():
                return restic.backup_bytes(piece.data, name=piece.name, host=host, tags=tags)

    def _shower(self, source: str) -> Callable[[ResticProgress], None]:
        def show(done: ResticProgress) -> None:
            self._progress.activity(
                self._job.name, f"{source}: {done.share:.0%}, {count(done.files, 'file')}, {size(done.bytes)}"
            )

        return show

    def _listed(self, restic: Restic) -> list[Snapshot] | MuhtarError:
        """What the repository itself lists of this run: restic's own word is not enough."""
        try:
            return restic.snapshots([f"run:{self._run}"])
        except MuhtarError as error:
            return error

    def _judged(self, item: Item, taken: list[Taken], listed: list[Snapshot], started: datetime, *, new: bool) -> Outcome:
        mine = {shot.id: shot for shot in listed if shot.tag("source") == item.source.name}
        wanted = f"{count(len(taken), 'new snapshot')}, none of them empty"
        lost = [one.summary.snapshot[:8] for one in taken if one.summary.snapshot not in mine]
        empty = [", ".join(shot.paths) for shot in mine.values() if shot.files == 0 or shot.bytes == 0]
        if item.source.may_be_empty:
            empty = []
        unread = [line for one in taken for line in one.unread]
        problem = None
        if lost:
            problem = f"restic took {', '.join(lost)}, but the repository does not list it"
        elif empty:
            problem = f"nothing is in the snapshot of {'; '.join(empty)}"
        elif unread:
            problem = f"{len(unread)} could not be read: {'; '.join(unread[:_SHOWN])}"
        if problem:
            mend = "look at the source on the host; mend it or the policy, then ./inv backup.run again"
            return self._outcomes.make(item, Status.FINDING, problem, started=started, wanted=wanted, found=problem, mend=mend)
        whole = runs.newest(listed, item.source)
        if whole is None:
            raise MuhtarError(f"{self._job.name}: the snapshots of {item.source.name} do not make a whole", mend="see the log")
        if whole.bytes < item.minimum_size:
            text = f"it holds {size(whole.bytes)}, less than its minimum of {size(item.minimum_size)}"
            mend = "look at the source on the host, then ./inv backup.run again; or lower `minimum_size`"
            return self._outcomes.make(item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend=mend)
        added = sum(one.summary.added for one in taken)
        summary = f"{count(whole.files, 'file')}, {size(whole.bytes)}, {size(added)} of it new"
        return self._outcomes.make(item, Status.OK, f"{summary}; a new repository" if new else summary, started=started)

    def _told(self, outcome: Outcome) -> Outcome:
        self._progress.step(outcome.target, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return outcome
