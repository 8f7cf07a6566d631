"""backup.run: take a snapshot of every source, then look into the repository whether it is there."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from muhtar.backup import runs
from muhtar.backup.devices import devices_of
from muhtar.backup.locks import through
from muhtar.backup.outcomes import Maker, far, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.shared import back_up_shared
from muhtar.backup.sources.base import Held, Machine, Output, Paths, Piece
from muhtar.backup.standing import Standing
from muhtar.backup.together import alone, on_machines
from muhtar.doors.restic import Look, Restic, Snapshot, Taken
from muhtar.doors.restic import Progress as ResticProgress
from muhtar.errors import LockedError, MuhtarError
from muhtar.network.history.outcomes import tell
from muhtar.network.history.take import Taken as TakenDevice
from muhtar.network.history.take import take
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["CHECK", "run", "unplanned"]

CHECK = "backup.snapshot"
_SHOWN = 5
Where = Literal["host", "runner"]
_PLACES: tuple[Where, ...] = ("host", "runner")
# A source, when it was begun, and what was taken of it.
Result = tuple[Item, datetime, list[Taken] | Exception]


def run(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only: str | None = None,
    renew: bool = False,
    progress: Progress,
    plan: Plan | None = None,
    taken: Mapping[str, TakenDevice] | None = None,
) -> ReportBuilder:
    """Back up the selected hosts, each into its own repository, several at once. `only` keeps the sources of that name.

    One outcome of `backup.snapshot` per host and source: ok where a new snapshot with something in it is in the repository;
    finding where the source is missing, empty or was not wholly readable; unchecked where host or server do not answer. A
    repository that was there once and is gone is a finding, too; with `renew` it is made anew.
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

    standing = Standing(site, renew=renew)
    together = back_up_shared(plan, plan.jobs, taken, standing=standing, check=CHECK, progress=progress)

    def work(job: Job, machine: Machine, stop: threading.Event) -> list[Outcome]:
        if job.name in together:
            return together[job.name]
        return _Host(plan, job, machine, standing, builder.note, progress, stop).back_up()

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

    def __init__(  # noqa: PLR0917 - a run's whole surroundings
        self,
        plan: Plan,
        job: Job,
        machine: Machine,
        standing: Standing,
        note: Callable[[str], None],
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._plan = plan
        self._note = note
        self._standing = standing
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
            name = f"backup-{self._plan.site.name}-{self._job.name}"
            with alone(name, self._stop, lambda: self._progress.activity(self._job.name, "waiting for another run to end")):
                return [outcome for where in _PLACES for outcome in self._at(where)]
        except Exception as error:  # noqa: BLE001 - one host's failure must not take the others' outcomes away
            return [self._told(self._outcomes.failed(item, error, started=started)) for item in self._job.items]

    def _at(self, where: Where) -> list[Outcome]:
        """The sources that restic takes at one place: all taken, then the repository asked once what of it is there."""
        items = [item for item in self._job.items if item.source.runs == where]
        if not items:
            return []
        restic = self._plan.restic(self._job, where)
        self._progress.activity(self._job.name, "opening the repository")
        look = self._plan.look(self._job)
        new = self._opened(restic, look)
        results = [(item, datetime.now(UTC), self._tried(restic, where, item)) for item in items]
        listed = self._seen(look, results) or self._listed(restic)
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

    def _opened(self, restic: Restic, look: Look) -> bool:
        """Whether the repository was made just now. Only where a look does not see it is restic asked."""
        kept = self._job.policy.repositories[0]
        if look.there():
            self._standing.saw(kept, self._job.repository)
            return False
        return self._standing.open(kept, self._job.repository, restic) is None

    def _tried(self, restic: Restic, where: Where, item: Item) -> list[Taken] | Exception:
        if self._stop.is_set():
            return LockedError("interrupted before it was begun")
        try:
            return self._take(restic, where, item)
        except Exception as error:  # noqa: BLE001 - one source's failure must not take the others' outcomes away
            return error

    def _take(self, restic: Restic, where: Where, item: Item) -> list[Taken]:
        name = item.source.name
        self._progress.activity(self._job.name, name)
        pieces = item.source.pieces(self._machine)
        tags = runs.tags(name, self._run, len(pieces))
        elsewhere = [partial(self._plan.restic, self._job, place) for place in _PLACES if place != where and self._reached(place)]
        return [
            through(restic, partial(self._piece, piece=piece, item=item, tags=tags), elsewhere, self._note) for piece in pieces
        ]

    def _reached(self, place: Where) -> bool:
        """Whether restic can run there for this job: a device is no place for it."""
        return place == "runner" or not self._job.target.platform

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
            self._progress.activity(self._job.name, f"{source}: {far(done)}")

        return show

    def _seen(self, look: Look, results: Sequence[Result]) -> list[Snapshot]:
        """This run's snapshots, where a look finds each one's file in the repository, and each has something in it; else none."""
        shots = [
            Snapshot(
                id=one.summary.snapshot,
                time=started,
                host=self._job.name,
                tags=tuple(runs.tags(item.source.name, self._run, len(taken))),
                paths=(),
                files=one.summary.files,
                bytes=one.summary.bytes,
            )
            for item, started, taken in results
            if not isinstance(taken, Exception)
            for one in taken
        ]
        return shots if all(shot.files and shot.bytes and look.holds(shot.id) for shot in shots) else []

    def _listed(self, restic: Restic) -> list[Snapshot] | MuhtarError:
        """What the repository itself lists of this run: what a backup says of itself is not enough."""
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
