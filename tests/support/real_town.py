"""A town of one host, web1, with real repositories in folders of this machine: a first one, and a second copy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from muhtar.backup import runs, stores
from muhtar.backup.plan import Job
from muhtar.backup.policy import Kept
from muhtar.backup.sources.base import Machine
from muhtar.backup.stores import Server
from muhtar.doors import process
from muhtar.doors.restic import Here, Place, Repository, Restic, output
from muhtar.secrets import Secret
from tests.support.backup_town import BASE, FakeTown, policy, target

__all__ = ["PASSWORDS", "RealTown", "flip", "utc"]

PASSWORDS = {"main": Secret("first-repository-password"), "far": Secret("second-repository-password")}
FAR = {"server": "bak2", "passwords": "vault_repo", "user_passwords": "vault_http"}


class RealTown(FakeTown):
    """The policy's changes are keywords; the source `content` is the folder `source`."""

    def __init__(self, folder: Path, binary: str, **changes: object) -> None:
        self.folder = folder
        self.source = folder / "www"
        self.source.mkdir()
        self.binary = binary
        self.place: Place = Here()
        self.passwords = dict(PASSWORDS)
        repositories = {**BASE["repositories"], "far": FAR}
        groups = {"web": {"sources": [{"name": "content", "kind": "files", "paths": [str(self.source)]}]}}
        given = {"repositories": repositories, "second": "far", "groups": groups, "retention": {"keep_daily": 2}, **changes}
        super().__init__(policy(**given), target("web1", "web"))

    def machine(self, job: Job, configs: object = None) -> Machine:
        """This machine plays the host."""
        del configs
        return Machine(job.name, self.place)

    def restic(self, job: Job, where: str, kept: Kept | None = None) -> Restic:
        """restic on a folder."""
        del where
        name = (kept or job.policy.repositories[0]).name
        repository = Repository(str(self.folder / name / job.name), self.passwords[name])
        return Restic(self.place, repository, binary=self.binary, cache=str(self.folder / "cache"))

    def serve(self, monkeypatch) -> None:
        """Let what goes to the servers from within find the same folders; `restic` is to be on the way there."""
        monkeypatch.setattr(stores, "server_of", lambda _, kept: Server(self.place, str(self.folder / kept.name)))
        monkeypatch.setenv("PATH", f"{Path(self.binary).parent}:{os.environ['PATH']}")

    def first(self) -> Restic:
        """restic on the first repository."""
        return self.restic(self.jobs[0], "runner")

    def second(self) -> Restic:
        """restic on the second copy."""
        return self.restic(self.jobs[0], "runner", self.jobs[0].policy.repositories[1])

    def write(self, name: str, size: int = 2_000_000) -> None:
        """A file that nobody could compress."""
        (self.source / name).write_bytes(os.urandom(size))

    def take(self, run: str, at: datetime | None = None, tags: Sequence[str] | None = None) -> str:
        """Take a snapshot as `backup.run` would; `at` is when it says it was taken, and came. Returns its id."""
        if not (self.folder / "main" / "web1" / "config").exists():
            self.first().init()
        words = ["backup", "--json", "--host=web1", f"--tag={','.join(tags or runs.tags('content', run, 1))}"]
        if at:
            words.append(f"--time={at.astimezone().strftime('%Y-%m-%d %H:%M:%S')}")
        new = output.summary(self.call(*words, str(self.source)).stdout).snapshot
        if at:
            os.utime(self.file(new), (at.timestamp(), at.timestamp()))
        return new

    def file(self, snapshot: str, keeper: str = "main") -> Path:
        """The snapshot's file in its repository."""
        return self.folder / keeper / "web1" / "snapshots" / snapshot

    def call(self, *words: str, keeper: str = "main", check: bool = True) -> process.Completed:
        """Plain restic on a repository, as an administrator would."""
        env = Repository(str(self.folder / keeper / "web1"), self.passwords[keeper]).environment(cache=str(self.folder / "cache"))
        # `repair packs` leaves a copy of the pack where it is called.
        return process.run([self.binary, *words], env=env, check=check, timeout=120, cwd=self.folder)

    def sound(self, keeper: str = "main") -> bool:
        """Whether every byte of a repository is as it was written."""
        return self.call("check", "--read-data", "--no-lock", keeper=keeper, check=False).returncode == 0


def flip(path: Path, at: int) -> None:
    """Turn one bit of a file round."""
    mode = path.stat().st_mode
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    path.chmod(mode)


def utc(*parts: int) -> datetime:
    """A moment."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]
