"""Files: a random sample comes back, and is by its hash what the repository says, and what the host still has."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.backup.outcomes import size
from muhtar.doors.restic import Snapshot
from muhtar.doors.restic.contents import Node, hashes, nodes, restore_files
from muhtar.errors import DoorError, UnreachableError
from muhtar.words import count

__all__ = ["drill"]

# Up to here all of it is brought back, so that the time is measured and not reckoned. Bytes.
_WHOLE = 256 * 1000 * 1000
# Of each path that is a file here: the path, the time of its last change in seconds, its SHA-256.
_LIVE = """
for path; do
  [ -f "$path" ] && [ ! -L "$path" ] || continue
  printf '%s\\0%s\\0%s\\0' "$path" "$(stat -c %.9Z -- "$path")" "$(sha256sum < "$path" | cut -c1-64)"
done
"""


@dataclass(frozen=True)
class _File:
    """A file of a snapshot; `path` as it was on its host, without the folder that a shared snapshot has for it."""

    snapshot: Snapshot
    part: str
    path: str
    size: int


def drill(case: Case) -> Drilled:
    """Sizes of all sampled files, SHA-256 of those that the repository has one of or that did not change on the host since."""
    everything = [
        _File(snapshot, case.step.part(snapshot), node.path.removeprefix(case.step.part(snapshot)), node.size)
        for snapshot in case.run.snapshots
        for node in _files(case, snapshot)
    ]
    place = "a folder of the runner"
    if not everything:
        empty = case.item.source.may_be_empty
        return Drilled(0.0, "nothing in it, as may be", place, () if empty else ("there is no file in it",))
    chosen = case.dice.sample(everything, min(case.sample, len(everything)))
    seconds, estimated = _restored(case, chosen, sum(file.size for file in everything))
    kept = _kept(case, chosen)
    live = _live(case, [file.path for file in chosen])
    taken = case.run.time.timestamp()
    sample: list[Sampled] = []
    wrong: list[str] = []
    hashed = changed = 0
    for file in chosen:
        digest = _digest(case.folder / file.path.lstrip("/"), file)
        problem = digest if digest.startswith("is ") else None
        pieces = kept.get(file.path)
        if not problem and pieces is None:
            problem = "is in no folder of the snapshot"
        if not problem and pieces is not None and len(pieces) == 1:
            hashed += 1
            problem = None if pieces[0] == digest else "is not what the repository says"
        moment, there = live.get(file.path, (0.0, ""))
        if not problem and there and there != digest:
            problem = "is not what the host has" if moment <= taken else None
            changed += moment > taken
        elif there == digest:
            hashed += len(pieces or ()) != 1
        sample.append(Sampled(file.path, digest, not problem))
        if problem:
            wrong.append(f"{file.path} {problem}")
    notes = [f"{changed} changed on the host since"] if changed else []
    if sized := len(chosen) - hashed - len(wrong):
        notes.append(f"{sized} by size and restic's own comparison alone")
    what = f"{len(chosen) - len(wrong)} of {count(len(everything), 'file')} looked at and equal"
    text = f"{what} ({', '.join(notes)})" if notes else what
    return Drilled(seconds, text, place, tuple(wrong), tuple(sample), estimated)


def _files(case: Case, snapshot: Snapshot) -> list[Node]:
    found = nodes(case.restic, snapshot.id, case.step.part(snapshot) or "/", seconds=case.seconds)
    return [node for node in found if node.kind == "file"]


def _restored(case: Case, chosen: list[_File], total: int) -> tuple[float, bool]:
    """Bring back all, or of much only the sample; how many seconds all of it takes, and whether that is reckoned."""
    if total <= _WHOLE:
        return case.bring_back(), False
    began = time.monotonic()
    case.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for snapshot in {file.snapshot.id: file.snapshot for file in chosen}.values():
        mine = [file for file in chosen if file.snapshot.id == snapshot.id]
        name = f"{snapshot.id}:{mine[0].part}" if mine[0].part else snapshot.id
        restore_files(case.restic, name, [file.path for file in mine], str(case.folder), seconds=case.seconds)
    took = time.monotonic() - began
    return took * total / max(1, sum(file.size for file in chosen)), True


def _kept(case: Case, chosen: list[_File]) -> dict[str, tuple[str, ...]]:
    """The hashes that the repository has of the pieces of each file."""
    found: dict[str, tuple[str, ...]] = {}
    for snapshot, part in {file.snapshot.id: (file.snapshot, file.part) for file in chosen}.values():
        paths = [f"{part}{file.path}" for file in chosen if file.snapshot.id == snapshot.id]
        asked = hashes(case.restic, snapshot.id, paths, seconds=case.seconds)
        found |= {path.removeprefix(part): pieces for path, pieces in asked.items()}
    return found


def _live(case: Case, paths: list[str]) -> dict[str, tuple[float, str]]:
    """Time of the last change and SHA-256 of what the host has now; nothing where it cannot be asked. A dump is no file of it."""
    if case.machine.place is None:
        return {}
    try:
        text = case.machine.read(["sh", "-c", _LIVE, "live", *paths], seconds=case.seconds)
    except (DoorError, UnreachableError):
        # The backups of a host that is gone are drilled all the same: then most of all.
        return {}
    fields = iter(text.split("\0")[:-1])
    return {path: (float(moment), digest) for path, moment, digest in zip(fields, fields, fields, strict=True)}


def _digest(path: Path, file: _File) -> str:
    """The SHA-256 of a restored file, or what is wrong with it, beginning with "is "."""
    if path.is_symlink() or not path.is_file():
        return "is not there"
    if path.stat().st_size != file.size:
        return f"is of {size(path.stat().st_size)}, not {size(file.size)}"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
