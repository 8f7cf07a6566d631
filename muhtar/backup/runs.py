"""Which snapshots belong together: one run of one source may be several (a dump per database), and counts only when whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from muhtar.backup.sources.base import Source
from muhtar.doors.restic import Snapshot

__all__ = ["SourceRun", "device_tag", "newest", "source_runs", "tags"]

_OURS = "muhtar"
_DEVICE = "device:"


@dataclass(frozen=True)
class SourceRun:
    """The snapshots that one run took of one source, of the `pieces` that it set out to take."""

    id: str
    source: str
    pieces: int
    snapshots: tuple[Snapshot, ...]

    def whole(self, *, may_be_empty: bool = False) -> bool:
        """Every piece is there, and none of them is empty (unless it may be)."""
        full = may_be_empty or all(item.files > 0 and item.bytes > 0 for item in self.snapshots)
        return full and len(self.snapshots) == self.pieces

    @property
    def time(self) -> datetime:
        """When it began: everything in it is at least as new."""
        return min(item.time for item in self.snapshots)

    @property
    def files(self) -> int:
        """Files in all pieces."""
        return sum(item.files for item in self.snapshots)

    @property
    def bytes(self) -> int:
        """Bytes of the source in all pieces."""
        return sum(item.bytes for item in self.snapshots)

    @property
    def changed(self) -> int:
        """Files that are new or different since the run before, in all pieces."""
        return sum(item.changed for item in self.snapshots)

    @property
    def added(self) -> int:
        """Bytes that were new to the repository, in all pieces."""
        return sum(item.added for item in self.snapshots)

    @property
    def packed(self) -> int:
        """Bytes that the added ones take in the repository, compressed."""
        return sum(item.packed for item in self.snapshots)

    @cached_property
    def systems(self) -> int:
        """How many systems it holds: one, or all the devices whose configurations are in it."""
        return max(1, sum(tag.startswith(_DEVICE) for tag in self.snapshots[0].tags))


def tags(source: str, run: str, pieces: int) -> list[str]:
    """The tags of each snapshot that a run takes of a source."""
    return [_OURS, f"source:{source}", f"run:{run}", f"pieces:{pieces}"]


def device_tag(device: str) -> str:
    """The tag of a snapshot of several devices that says that this one is in it."""
    return f"{_DEVICE}{device}"


def source_runs(snapshots: Iterable[Snapshot], source: str) -> list[SourceRun]:
    """The runs of a source, oldest first. Snapshots that somebody took by hand are not ours to judge."""
    groups: dict[str, list[Snapshot]] = {}
    for item in snapshots:
        run = item.tag("run")
        if run and _OURS in item.tags and item.tag("source") == source:
            groups.setdefault(run, []).append(item)
    found = [SourceRun(run, source, int(items[0].tag("pieces") or 0), tuple(items)) for run, items in groups.items()]
    return sorted(found, key=lambda item: item.time)


def newest(snapshots: Iterable[Snapshot], source: Source, at: datetime | None = None) -> SourceRun | None:
    """The newest whole run of a source, of those begun at `at` or before."""
    found = [
        run
        for run in source_runs(snapshots, source.name)
        if run.whole(may_be_empty=source.may_be_empty) and (at is None or run.time <= at)
    ]
    return found[-1] if found else None
