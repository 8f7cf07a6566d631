"""Files and folders of a host."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Paths, Piece, Proof, Source

__all__ = ["AbsolutePath", "Files"]

AbsolutePath = Annotated[str, Field(pattern=r"^/[^*?\[\]\\\n]*[^/*?\[\]\\\n]$")]

# restic only skips a path that is not there, and ends with 0.
_MISSING = 'for path; do [ -e "$path" ] || printf "%s\\n" "$path"; done'
_LIST = 'find "$@" \\( -type f -o -type l \\) -printf "%y\\0%C@\\0%p\\0%l\\0"'
_SUMS = 'find "$@" -type f -exec sha256sum --zero -- {} +'


class Files(Source):
    """Files and folders by absolute path, without the paths in `exclude` and what is below them."""

    kind: Literal["files"]
    paths: tuple[AbsolutePath, ...] = Field(min_length=1)
    exclude: tuple[AbsolutePath, ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """All paths as one snapshot."""
        missing = machine.read(["sh", "-c", _MISSING, "missing", *self.paths]).splitlines()
        if missing:
            raise MissingSourceError(f"not there: {', '.join(missing)}", mend="mend the host, or the path in the policy")
        return [Paths(self.paths, self.exclude)]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Every file by SHA-256 and every link by its aim. What changed since the snapshot proves nothing, and is counted."""
        live, changed_at = self._live(machine)
        back = {path: content for path, content in _walk(restored) if self._holds(path)}
        equal = [path for path, content in back.items() if live.get(path) == content]
        moment = taken.timestamp()
        differing = [path for path in back if path in live and live[path] != back[path]]
        wrong = [f"{path} differs" for path in differing if changed_at[path] <= moment]
        wrong += [f"{path} was not restored" for path in live if path not in back and changed_at[path] <= moment]
        changed = [path for path in differing if changed_at[path] > moment]
        gone = [path for path in back if path not in live]
        notes = [f"{len(changed)} changed since" if changed else "", f"{len(gone)} deleted since" if gone else ""]
        return Proof(len(equal), tuple(sorted(wrong)), ", ".join(note for note in notes if note))

    def _holds(self, path: str) -> bool:
        """Is it one of our paths, or below one? A source of several kinds restores them all into one folder."""
        return any(path == own or path.startswith(f"{own}/") for own in self.paths)

    def _live(self, machine: Machine) -> tuple[dict[str, str], dict[str, float]]:
        """Content and time of the last change (seconds since 1970, by the host's clock) of each file of the host."""
        fields = machine.read(["sh", "-c", _LIST, "list", *self.paths]).split("\0")[:-1]
        sums = dict(_sums(machine.read(["sh", "-c", _SUMS, "sums", *self.paths], seconds=self.seconds)))
        content: dict[str, str] = {}
        changed: dict[str, float] = {}
        for kind, when, path, aim in zip(*(iter(fields),) * 4, strict=True):
            if any(path == out or path.startswith(f"{out}/") for out in self.exclude):
                continue
            content[path] = f"-> {aim}" if kind == "l" else sums.get(path, "unreadable")
            changed[path] = float(when)
        return content, changed


def _sums(text: str) -> Iterator[tuple[str, str]]:
    for record in text.split("\0")[:-1]:
        digest, _, path = record.partition("  ")
        yield path, digest


def _walk(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file and link below `folder` by the path it had on its host."""
    for path in sorted(folder.rglob("*")):
        name = f"/{path.relative_to(folder)}"
        if path.is_symlink():
            yield name, f"-> {path.readlink()}"
        elif path.is_file():
            with path.open("rb") as stream:
                yield name, hashlib.file_digest(stream, "sha256").hexdigest()
