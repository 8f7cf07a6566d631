"""Git repositories of a host: each as a bundle, which is one file that git can clone from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Source
from muhtar.backup.sources.files import AbsolutePath
from muhtar.errors import DoorError

__all__ = ["Compared", "Git"]

# The account that owns a repository, and its folder: `name.git`, or the `.git` of a working tree.
_FIND = 'find "$@" -type d \\( -name "*.git" -o -name .git \\) -prune -printf "%u\\0%p\\0"'
# Configuration within a repository can name programs to run: git is its owner here, never root in somebody else's folder.
_REFS = """
while [ $# -gt 0 ]; do
    runuser -u "$1" -- git --git-dir="$2" for-each-ref --format="%(objectname) %(creatordate:unix) %(refname)" || exit 1
    printf "\\0"
    shift 2
done
"""
_CHUNK = 1024 * 1024
# The object format of a repository decides the length of its pack's checksum.
_SHA256 = b"@object-format=sha256"


@dataclass(frozen=True)
class _Repository:
    """A repository of the host; `refs` maps each ref to its object and the second (since 1970) that it was made."""

    owner: str
    path: str
    refs: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """What its bundle is called."""
        return f"{self.path.strip('/').replace('/', '__')}.bundle"


@dataclass(frozen=True)
class Compared:
    """How many refs are equal, how many moved since they were taken, and what is wrong."""

    equal: int
    moved: int
    wrong: tuple[str, ...]


class Git(Source):
    """All repositories in or below `paths` (folders `*.git`, or working trees): every branch and tag of each, with their history.

    Configuration and hooks of a repository are not in a bundle; where they matter, take them as `files`.
    """

    kind: Literal["git"]
    paths: tuple[AbsolutePath, ...] = Field(min_length=1)

    def pieces(self, machine: Machine) -> list[Piece]:
        """One piece a repository. One without a commit has nothing to take; git itself refuses to bundle it."""
        found = [repository for repository in self._found(machine) if repository.refs]
        if not found:
            raise MissingSourceError(
                f"no repository in {', '.join(self.paths)} has a commit", mend="mend the host, or the policy"
            )
        names = [repository.file for repository in found]
        if double := next((name for name in names if names.count(name) > 1), None):
            raise DoorError(f"{machine.name}: two repositories would both be kept as {double}", mend="rename one of them")
        return [Output(one.file, ("runuser", "-u", one.owner, "--", "git", f"--git-dir={one.path}", *_BUNDLE)) for one in found]

    def compare(self, machine: Machine, restored: Path, taken: datetime) -> Compared:
        """The bundles in the folder `restored`, of snapshots begun at `taken`, with the repositories of the host.

        Each bundle's pack agrees with its checksum, and its refs are those of the repository. Later refs prove nothing.
        """
        equal, moved, wrong = 0, 0, []
        for repository in self._found(machine):
            if not repository.refs:
                continue
            bundle = restored / repository.file
            if not bundle.is_file():
                # One that was made since is not in the backup yet.
                if min(when for _, when in repository.refs.values()) <= taken.timestamp():
                    wrong.append(f"{repository.path} is not in the backup")
                continue
            try:
                held = _held(bundle)
            except ValueError as error:
                wrong.append(f"{repository.file}: {error}")
                continue
            for ref, (sha, when) in repository.refs.items():
                if held.get(ref) == sha:
                    equal += 1
                elif when > taken.timestamp() or (ref not in held and sha in held.values()):
                    moved += 1
                else:
                    wrong.append(f"{repository.file}: {ref} is {held.get(ref, 'not there')[:12]}, in the repository {sha[:12]}")
        return Compared(equal, moved, tuple(wrong))

    def _found(self, machine: Machine) -> list[_Repository]:
        words = machine.read(["sh", "-c", _FIND, "find", *self._there(machine)]).split("\0")[:-1]
        found = [_Repository(owner, path) for owner, path in zip(words[::2], words[1::2], strict=True)]
        bare = [path for path in self.paths if not any(f"{one.path}/".startswith(f"{path}/") for one in found)]
        if bare:
            raise MissingSourceError(f"no git repository in {', '.join(bare)}", mend="mend the host, or the path in the policy")
        listed = machine.read(["sh", "-c", _REFS, "refs", *words], seconds=self.seconds).split("\0")[:-1]
        return [_Repository(one.owner, one.path, dict(_refs(text))) for one, text in zip(found, listed, strict=True)]

    def _there(self, machine: Machine) -> tuple[str, ...]:
        missing = [path for path in self.paths if machine.call(["test", "-d", path]).returncode != 0]
        if missing:
            raise MissingSourceError(f"not there: {', '.join(missing)}", mend="mend the host, or the path in the policy")
        return self.paths


_BUNDLE = ("bundle", "create", "--quiet", "-", "--all")


def _refs(text: str) -> Iterator[tuple[str, tuple[str, float]]]:
    for line in text.splitlines():
        sha, when, ref = line.split(" ", 2)
        # A tag may point at what has no date of its own.
        yield ref, (sha, float(when or 0))


def _held(bundle: Path) -> dict[str, str]:
    """The refs that a bundle holds. Raises ValueError where it is none, needs another one, or is not as it was written."""
    with bundle.open("rb") as stream:
        if not stream.readline().startswith(b"# v"):
            raise ValueError("is no bundle")
        refs: dict[str, str] = {}
        digest = hashlib.sha1(usedforsecurity=False)
        for line in iter(lambda: stream.readline().rstrip(b"\n"), b""):
            if line.startswith(b"-"):
                raise ValueError("needs commits that are not in it")
            if line.startswith(b"@"):
                digest = hashlib.sha256() if line == _SHA256 else digest
                continue
            sha, _, ref = line.partition(b" ")
            refs[ref.decode(errors="replace")] = sha.decode()
        if not _whole(stream, digest):
            raise ValueError("its pack is not as it was written")
    return refs


def _whole(stream: IO[bytes], digest: hashlib._Hash) -> bool:
    """Does the rest of the stream end with the checksum of all that is before?"""
    tail = b""
    while chunk := stream.read(_CHUNK):
        tail += chunk
        digest.update(tail[: -digest.digest_size])
        tail = tail[-digest.digest_size :]
    return tail == digest.digest()
