"""What is in a snapshot: its files, the hashes that the repository has of them, and single files brought back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from muhtar.doors.restic.client import Restic
from muhtar.errors import DoorError

__all__ = ["Node", "hashes", "nodes", "restore_files"]

# restic takes these for a pattern; a path is meant as it is.
_MAGIC = str.maketrans({char: f"\\{char}" for char in "\\*?["})
_SECONDS = 600.0


@dataclass(frozen=True)
class Node:
    """A file, folder or link in a snapshot, by the absolute path that it had. `size` in bytes; 0 for what is no file."""

    path: str
    kind: str
    size: int = 0


def nodes(restic: Restic, snapshot: str, folder: str = "/", *, seconds: float = _SECONDS) -> list[Node]:
    """Everything in a snapshot at and below `folder`, in restic's order. Raises DoorError for a list that is none."""
    text = restic.ask(["ls", "--json", "--no-lock", "--recursive", "--", snapshot, folder], seconds=seconds)
    return list(_nodes(text))


def hashes(restic: Restic, snapshot: str, files: Iterable[str], *, seconds: float = _SECONDS) -> dict[str, tuple[str, ...]]:
    """The SHA-256 of each piece that the repository keeps a file in, in their order; () for an empty file.

    A file of one piece, which all below 512 KiB are, has the SHA-256 of the file itself. Files that are not there are left out.
    """
    wanted: dict[str, set[str]] = {}
    for path in files:
        parent = PurePosixPath(path)
        wanted.setdefault(str(parent.parent), set()).add(parent.name)
    found: dict[str, tuple[str, ...]] = {}
    for folder, names in wanted.items():
        text = restic.ask(["cat", "--no-lock", "--quiet", "tree", f"{snapshot}:{folder}"], seconds=seconds)
        try:
            for node in json.loads(text)["nodes"]:
                if node["name"] in names:
                    found[str(PurePosixPath(folder) / node["name"])] = tuple(node.get("content") or ())
        except (ValueError, KeyError, TypeError) as error:
            raise DoorError(f"restic's folder {folder} is not understood: {error!r}", mend="see the log") from error
    return found


def restore_files(restic: Restic, snapshot: str, paths: Sequence[str], target: str, *, seconds: float) -> None:
    """Restore these files (or folders with all in them) alone, compared with the repository once written."""
    words = [f"--include={path.translate(_MAGIC)}" for path in paths]
    restic.ask(["restore", "--json", "--no-lock", "--verify", *words, f"--target={target}", "--", snapshot], seconds=seconds)


def _nodes(text: str) -> Iterator[Node]:
    for line in text.splitlines():
        try:
            message = json.loads(line)
            if message.get("message_type") == "node" or message.get("struct_type") == "node":
                yield Node(str(message["path"]), str(message["type"]), int(message.get("size") or 0))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DoorError(f"restic's list of files is not understood: {error!r}", mend="see the log") from error
