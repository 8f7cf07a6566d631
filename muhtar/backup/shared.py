"""Devices that share a repository: one snapshot holds all their configurations. A restic for each is slow for a thousand.

In the snapshot, `<folder>/<device>/<file>`; it carries a tag `device:<name>` for each.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup import runs
from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.sources.base import Held
from muhtar.backup.standing import Standing
from muhtar.doors.restic import Restic
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import DoorError, MuhtarError
from muhtar.network.history.take import Taken
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.settings import locked
from muhtar.words import count

__all__ = ["back_up_shared"]

# Another run on the same repository is waited for this long, in seconds.
_WAIT = 900.0


def back_up_shared(
    plan: Plan, jobs: Iterable[Job], taken: Mapping[str, Taken], *, standing: Standing, check: str, progress: Progress
) -> dict[str, list[Outcome]]:
    """Back up the devices among `jobs` whose repository is shared; their outcomes of `check`, by device."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        if job.shared:
            groups.setdefault(job.repository, []).append(job)
    done: dict[str, list[Outcome]] = {}
    for name, members in groups.items():
        progress.activity(name, "keeping the originals")
        for source in dict.fromkeys(item.source.name for job in members for item in job.items):
            pairs = [(job, item) for job in members for item in job.items if item.source.name == source]
            for job, outcome in _Batch(plan, pairs, taken, standing, check).back_up():
                done.setdefault(job.name, []).append(outcome)
                progress.step(job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
    return done


class _Batch:
    """One source of many devices."""

    def __init__(
        self, plan: Plan, pairs: list[tuple[Job, Item]], taken: Mapping[str, Taken], standing: Standing, check: str
    ) -> None:
        self._plan = plan
        self._pairs = pairs
        self._taken = taken
        self._standing = standing
        self._check = check
        self._started = datetime.now(UTC)

    def back_up(self) -> Iterator[tuple[Job, Outcome]]:
        """Take them all at once; each has its outcome, whatever fails."""
        job, item = self._pairs[0]
        sizes: dict[str, tuple[int, int] | Exception] = {}
        trouble: Exception | None
        try:
            with locked(f"backup-{self._plan.site.name}-{job.repository}", wait=_WAIT), _scratch() as room:
                folder = Path(room)
                sizes = {one.name: self._written(one, each, folder) for one, each in self._pairs}
                whole = [name for name, found in sizes.items() if isinstance(found, tuple)]
                trouble = self._snapshot(self._plan.restic(job, "runner"), item, folder, whole)
        except Exception as error:  # noqa: BLE001 - nobody's backup was taken, and each must say so
            trouble = error
        for one, each in self._pairs:
            found = sizes.get(one.name, trouble)
            yield one, self._outcome(one, each, trouble if isinstance(found, tuple) and trouble else found)

    def _written(self, job: Job, item: Item, folder: Path) -> tuple[int, int] | Exception:
        """Write what the device gave; how many files and bytes that is, or why there is nothing."""
        try:
            pieces = item.source.pieces(self._plan.machine(job, self._taken[job.name].given))
            held = [piece for piece in pieces if isinstance(piece, Held)]
            if len(held) != len(pieces):
                raise DoorError(f"{item.source.name} cannot be kept in a shared repository", mend="mend the policy")
            (folder / job.name).mkdir()
            for piece in held:
                (folder / job.name / piece.name).write_bytes(piece.data)
        except MuhtarError as error:
            return error
        return len(held), sum(len(piece.data) for piece in held)

    def _snapshot(self, restic: Restic, item: Item, folder: Path, devices: list[str]) -> Exception | None:
        """Take the snapshot and look whether the repository lists it; what is wrong with it, if anything."""
        if not devices:
            return None
        job = self._pairs[0][0]
        self._standing.open(job.policy.repositories[0], job.repository, restic)
        run = uuid.uuid4().hex[:12]
        tags = [*runs.tags(item.source.name, run, 1), *(runs.device_tag(name) for name in devices)]
        done = restic.backup_paths([str(folder)], host=job.repository, tags=tags, seconds=item.source.seconds)
        if done.unread:
            return DoorError(f"{len(done.unread)} could not be read: {done.unread[0]}")
        if done.summary.snapshot not in {shot.id for shot in restic.snapshots([f"run:{run}"])}:
            return DoorError(f"restic took {done.summary.snapshot[:8]}, but the repository does not list it")
        return None

    def _outcome(self, job: Job, item: Item, found: tuple[int, int] | Exception | None) -> Outcome:
        outcomes = Maker(self._plan, self._check, job)
        if isinstance(found, Exception):
            return outcomes.failed(item, found, started=self._started)
        files, data = found or (0, 0)
        if data < item.minimum_size:
            text = f"it gave {size(data)}, less than its minimum of {size(item.minimum_size)}"
            mend = "look at the device, then ./inv backup.run again; or lower `minimum_size`"
            return outcomes.make(item, Status.FINDING, text, started=self._started, found=text, mend=mend)
        return outcomes.make(item, Status.OK, f"{count(files, 'file')}, {size(data)}, in {job.repository}", started=self._started)


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Where the originals are for a moment, in memory if that can be: they are written nowhere but into restic."""
    return tempfile.TemporaryDirectory(prefix="muhtar-devices-", dir=runtime_dir(), ignore_cleanup_errors=True)
