"""The git repository of kept texts: bare, written by one `git fast-import` a run, read by git's plumbing.

Without a work tree there is no index, hence no index.lock; and a commit is one rename of one file. docs/decisions/0010 says more.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from muhtar.doors.process import Completed, run
from muhtar.errors import DoorError, ProcessFailedError

__all__ = ["BRANCH", "Change", "GitHistory", "Person", "blob_id"]

BRANCH = "refs/heads/main"
_SECONDS = 300.0
# A lock of git's lives for the moment of a rename; who holds one longer has died.
_LOCK_PATIENCE = 3.0
# The user's own settings (signing, hooks, aliases) are for the user's own repositories.
_SETTINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}
_FIELD, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True)
class Person:
    """An author."""

    name: str
    email: str

    def line(self, moment: datetime) -> str:
        """As git writes it."""
        name, email = (
            value.translate({ord(sign): None for sign in "<>\n"}).strip() or "unknown" for value in (self.name, self.email)
        )
        return f"{name} <{email}> {int(moment.timestamp())} +0000"


@dataclass(frozen=True)
class Change:
    """A commit that changed a file: when (UTC), by whom, its message, and how many lines came and went."""

    commit: str
    time: datetime
    author: str
    subject: str
    body: str
    added: int
    removed: int


class GitHistory:
    """The repository at `path`. Whoever writes holds the history's lock; reading needs none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Has anything been kept here yet?"""
        return self.path.is_dir() and self._git("rev-parse", "--verify", "--quiet", BRANCH, ok=(0, 1)).returncode == 0

    def prepare(self) -> None:
        """Make the repository if there is none, and clear away what a killed writer left. For the holder of the lock."""
        if not self.path.is_dir():
            self._make()
        for lock in (
            self.path / f"{BRANCH}.lock",
            self.path / "HEAD.lock",
            self.path / "packed-refs.lock",
            self.path / "index.lock",
        ):
            _outlive(lock)
        for pattern in ("objects/pack/tmp_*", "objects/??/tmp_obj_*", "fast_import_crash_*"):
            for left in self.path.glob(pattern):
                left.unlink(missing_ok=True)

    def ids(self, folder: str) -> dict[str, str]:
        """Blob id of each file below `folder`, by its path; empty where nothing is kept."""
        if not self.exists:
            return {}
        listed = self._git("ls-tree", "-r", "-z", BRANCH, f"{folder}/").stdout
        entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
        return {path: about.split()[2] for about, _, path in entries}

    def texts(self, blobs: Iterable[str]) -> dict[str, str]:
        """The content of blobs, by id."""
        wanted = list(dict.fromkeys(blobs))
        if not wanted:
            return {}
        with tempfile.TemporaryDirectory(prefix="read-", dir=self.path.parent) as folder:
            answer = Path(folder) / "answer"
            self._git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in wanted).encode(), stdout_to=answer)
            data = answer.read_bytes()
        found: dict[str, str] = {}
        position = 0
        for blob in wanted:
            header, _, _ = data[position:].partition(b"\n")
            size = header.decode().split()[-1]
            if not size.isdigit():
                raise DoorError(f"the history has lost the object {blob}", path=self.path, mend=f"git -C {self.path} fsck")
            begin = position + len(header) + 1
            found[blob] = data[begin : begin + int(size)].decode(errors="replace")
            position = begin + int(size) + 1
        return found

    def commit(self, files: Mapping[str, str], subject: str, body: str, author: Person) -> None:
        """Add a commit with these files as they are to be: all of them, or, whatever happens, none."""
        now = datetime.now(UTC)
        message = f"{subject}\n\n{body}".encode()
        head = [
            f"commit {BRANCH}\n",
            f"author {author.line(now)}\n",
            f"committer {Person('Muhtar', 'muhtar@localhost').line(now)}\n",
            f"data {len(message)}\n",
        ]
        stream = bytearray("".join(head).encode() + message + b"\n")
        if self.exists:
            stream += f"from {BRANCH}^0\n".encode()
        for path, text in files.items():
            data = text.encode()
            stream += f"M 100644 inline {_quoted(path)}\ndata {len(data)}\n".encode() + data + b"\n"
        stream += b"done\n"
        try:
            self._git("-c", "core.fsync=all", "fast-import", "--quiet", "--done", "--date-format=raw", stdin=bytes(stream))
        except ProcessFailedError as error:
            self._clear_crash()
            raise DoorError(
                f"the history could not be written: {_first(error.output)}",
                path=self.path,
                mend="free space on its disk; run it again",
            ) from error
        self._git("-c", "gc.autoDetach=false", "gc", "--auto", "--quiet", ok=(0, 1, 128))

    def changes(self, path: str) -> list[Change]:
        """The commits that changed a file, newest first."""
        if not self.exists:
            return []
        form = f"--format={_RECORD}%H{_FIELD}%ct{_FIELD}%an{_FIELD}%s{_FIELD}%b{_FIELD}"
        listed = self._git("log", form, "--numstat", "--no-renames", BRANCH, "--", path).stdout
        return [_change(record) for record in listed.split(_RECORD) if record.strip()]

    def text(self, commit: str, path: str) -> str:
        """A file as a commit has it."""
        return self._git("cat-file", "blob", f"{commit}:{path}").stdout

    def _make(self) -> None:
        """Make it aside and rename it: a repository is there whole or not at all."""
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.path.parent) as folder:
            made = Path(folder) / "history.git"
            run(["git", "init", "--quiet", "--bare", "--initial-branch=main", made], env=_SETTINGS, timeout=_SECONDS)
            shutil.rmtree(made / "hooks", ignore_errors=True)
            made.chmod(0o700)
            made.replace(self.path)

    def _clear_crash(self) -> None:
        for report in self.path.glob("fast_import_crash_*"):
            report.unlink(missing_ok=True)

    def _git(self, *words: str, stdin: bytes | None = None, ok: Iterable[int] = (0,), stdout_to: Path | None = None) -> Completed:
        return run(
            ["git", f"--git-dir={self.path}", *words], stdin=stdin, env=_SETTINGS, timeout=_SECONDS, ok=ok, stdout_to=stdout_to
        )


def blob_id(text: str) -> str:
    """The id that git gives a file with this content."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _outlive(lock: Path) -> None:
    """Wait a moment for the lock to go; then it is a dead writer's (a live one of ours would hold the history's lock)."""
    until = time.monotonic() + _LOCK_PATIENCE
    while lock.exists() and time.monotonic() < until:
        if time.time() - lock.stat().st_mtime > _LOCK_PATIENCE:
            break
        time.sleep(0.1)
    lock.unlink(missing_ok=True)


def _change(record: str) -> Change:
    commit, when, author, subject, body, numbers = record.split(_FIELD)
    added, removed = 0, 0
    for line in numbers.strip().splitlines():
        more, less, _ = line.split("\t")
        added, removed = int(more), int(less)
    return Change(commit.strip(), datetime.fromtimestamp(int(when), UTC), author, subject, body.strip(), added, removed)


def _quoted(path: str) -> str:
    """A path in fast-import's C style."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _first(output: str) -> str:
    said = [line.removeprefix("fatal: ") for line in output.splitlines() if line.strip()]
    return said[0] if said else "git did not say why"
