"""A town of two hosts whose repositories are in memory: what restic would say, without restic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Kept, Policy
from muhtar.backup.sources.base import Machine
from muhtar.doors.process import Completed
from muhtar.doors.restic import Lock, Look, NoRepositoryError, Repository, Restic, Snapshot, Summary, Taken
from muhtar.inventory import Inventory, Target
from muhtar.secrets import Secret
from muhtar.settings import ROOT, Site
from nornir_tasks.get_configs import Configs

__all__ = ["FakePlace", "FakeRestic", "FakeTown", "policy", "target"]

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)
BASE: dict[str, Any] = {
    "repositories": {"main": {"server": "bak1", "passwords": "vault_repo", "user_passwords": "vault_http"}},
    "repository": "main",
    "rpo_hours": 26,
    "groups": {"web": {"sources": [{"name": "content", "kind": "files", "paths": ["/var/www"]}]}},
}


def policy(**changes: Any) -> Policy:
    """The base policy with some of its keys replaced."""
    return Policy.model_validate(BASE | changes)


def target(name: str, *groups: str, **variables: Any) -> Target:
    """A host of those groups."""
    return Target(name, groups, variables)


@dataclass
class FakePlace:
    """A host that answers commands from a table: the command's last word (or the first) → output; default: nothing, code 0."""

    answers: dict[str, str | int] = field(default_factory=dict)
    name: str = "web1"
    stdin: dict[str, bytes] = field(default_factory=dict)

    def run(self, argv: list[str], **given: Any) -> Completed:
        """Answer."""
        joined = " ".join(argv)
        self.stdin[joined] = given.get("stdin") or b""
        for key, answer in self.answers.items():
            if key in joined:
                code, text = (answer, "") if isinstance(answer, int) else (0, answer)
                return Completed(tuple(argv), code, text, f"said by {key}" if code else "", 0.1)
        return Completed(tuple(argv), 0, "", "", 0.1)


def _page(folder: Path) -> None:
    """The one file of the base policy's one source."""
    (folder / "var" / "www").mkdir(parents=True)
    (folder / "var" / "www" / "file").write_text("x")


@dataclass
class FakeRestic:
    """A repository in memory. `fails`: method → what it raises; `forgets` drops what was backed up; `empty` takes nothing."""

    kept: list[Snapshot] | None = field(default_factory=list)
    fails: dict[str, Exception] = field(default_factory=dict)
    forgets: bool = False
    empty: bool = False
    unread: tuple[str, ...] = ()
    contents: Callable[[Path], None] = _page
    calls: list[str] = field(default_factory=list)
    time: datetime = NOW
    place: FakePlace = field(default_factory=FakePlace)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.fails:
            raise self.fails[name]

    def snapshots(self, tags: Any = ()) -> list[Snapshot]:
        """List."""
        self._called("snapshots")
        if self.kept is None:
            raise NoRepositoryError("there is no repository", returncode=10)
        return [shot for shot in self.kept if set(tags) <= set(shot.tags)]

    def patient(self, seconds: float) -> FakeRestic:
        """Itself: nothing is waited for."""
        del seconds
        return self

    def locks(self) -> list[Lock]:
        """None."""
        return []

    def init(self, like: object = None) -> None:
        """Make."""
        self._called("init")
        self.kept = []

    def _take(self, host: str, tags: list[str], path: str) -> Taken:
        size = 0 if self.empty else 10
        shot = Snapshot(f"{len(self.calls):064x}", self.time, host, tuple(tags), (path,), int(size > 0), size)
        if not self.forgets and self.kept is not None:
            self.kept.append(shot)
        return Taken(Summary(shot.id, shot.files, shot.bytes, size), self.unread)

    def backup_paths(self, paths: Any, *, host: str, tags: Any, **_: Any) -> Taken:
        """Take files."""
        self._called("backup_paths")
        return self._take(host, tags, paths[0])

    def backup_output(self, command: Any, *, name: str, host: str, tags: Any, **_: Any) -> Taken:
        """Take a dump."""
        self._called(f"backup_output {name}")
        return self._take(host, tags, f"/{name}")

    def backup_bytes(self, data: bytes, *, name: str, host: str, tags: Any, **_: Any) -> Taken:
        """Take bytes."""
        self._called(f"backup_bytes {data!r}")
        return self._take(host, tags, f"/{name}")

    def restore(self, snapshot: str, folder: str, **_: Any) -> None:
        """Write what `contents` writes."""
        self._called("restore")
        self.contents(Path(folder))


class FakeTown(Plan):
    """A plan whose hosts and repositories are fakes, by the host's name."""

    def __init__(self, policy: Policy, *targets: Target) -> None:
        super().__init__(Site("lab"), cast("Inventory", None), ROOT / "inventories/lab/registers/backup.yml")
        for one in targets:
            found = policy.of(one)
            if found is None:
                self.unplanned.append(one.name)
            else:
                self.jobs.append(Job(one, found))
        self.fakes = {one.name: FakeRestic() for one in targets}
        self.places = {one.name: FakePlace(name=one.name) for one in targets}

    def machine(self, job: Job, configs: Callable[[], Configs] | None = None) -> Machine:
        """The fake host."""
        return Machine(job.name, cast("Any", self.places[job.name]), configs)

    def restic(self, job: Job, where: str, kept: Kept | None = None) -> Restic:
        """The fake repository."""
        del where, kept
        return cast("Restic", self.fakes[job.name])

    def look(self, job: Job) -> Look:
        """Sees nothing: restic is asked."""
        return Look(Repository(f"memory of {job.name}", Secret("of-nothing")))

    def keep(self, host: str, source: str, *, hours: float, run: str = "r", pieces: int = 1, size: int = 10) -> None:
        """Put a snapshot of that age into a repository."""
        from datetime import timedelta

        kept = self.fakes[host].kept
        assert kept is not None
        tags = ("muhtar", f"source:{source}", f"run:{run}", f"pieces:{pieces}")
        shot = Snapshot(f"{len(kept):064x}", NOW - timedelta(hours=hours), host, tags, ("/x",), int(size > 0), size)
        kept.append(replace(shot))
