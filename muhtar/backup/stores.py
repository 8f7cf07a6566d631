"""The repositories of a plan, first ones and second copies, and the ways to one: through its server, or beside its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from muhtar.backup.plan import Job, Plan, reach
from muhtar.backup.policy import Item, Kept
from muhtar.backup.runs import SourceRun, device_tag, source_runs
from muhtar.doors.restic import Place, Repository, Restic, Snapshot
from muhtar.errors import DoorError, UnreachableError

__all__ = ["Server", "Store", "server_of", "stores"]

# Role backup_server: the account that owns the repositories (Debian's package has it), and where they are unless it says else.
_OWNER = "restic-rest-server"
_FOLDER = "/srv/restic"
_LIST = 'find "$1" -maxdepth 1 -type f -printf "%f %T@\\n"'


@dataclass(frozen=True)
class Server:
    """A repository server from within, as the owner of what it keeps in `folder`. Clients have no such way to it."""

    place: Place
    folder: str

    def restic(self, repository: Repository, name: str) -> Restic:
        """restic beside the data of the repository `name`."""
        return Restic(self.place, Repository(f"{self.folder}/{name}", repository.password))

    def now(self) -> datetime:
        """What the server's clock says (UTC)."""
        return datetime.fromtimestamp(float(self._read(["date", "+%s.%N"])), UTC)

    def arrivals(self, name: str) -> dict[str, datetime]:
        """When each snapshot of a repository came, by the server's clock: who takes a snapshot can say any time, but not here."""
        lines = self._read(["sh", "-c", _LIST, "list", f"{self.folder}/{name}/snapshots"]).splitlines()
        return {name: datetime.fromtimestamp(float(when), UTC) for name, when in (line.split() for line in lines)}

    def _read(self, argv: list[str]) -> str:
        done = self.place.run(argv)
        if done.returncode == 255:
            raise UnreachableError(f"{self.place.name} does not answer over SSH: {done.stderr.strip()[-300:]}")
        if done.returncode != 0:
            raise DoorError(f"{self.place.name}: {argv[0]} failed: {done.stderr.strip()[-300:]}")
        return done.stdout


@dataclass(frozen=True)
class Store:
    """One repository: where it is kept, whose backups are in it (`jobs`, at least one)."""

    plan: Plan
    kept: Kept
    jobs: tuple[Job, ...]

    @property
    def name(self) -> str:
        """Its name on its server: that of its host, or that which its hosts share."""
        return self.kept.keeper.repository_of(self.jobs[0].name)

    @property
    def lock(self) -> str:
        """The name of the lock that runs of ours hold while they work on it."""
        second = "" if self.kept.keeper is self.jobs[0].policy.keeper else f"{self.kept.name}-"
        return f"backup-{self.plan.site.name}-{second}{self.name}"

    def runs(self, listed: list[Snapshot]) -> Iterator[tuple[Job, Item, list[SourceRun]]]:
        """The runs among `listed` of every source of its hosts, oldest first; in a shared repository each host has its own."""
        for job in self.jobs:
            mine = [shot for shot in listed if not job.shared or device_tag(job.name) in shot.tags]
            for item in job.items:
                yield job, item, source_runs(mine, item.source.name)

    def here(self) -> Restic:
        """restic on this machine, through the server, as a client."""
        return self.plan.restic(self.jobs[0], "runner", self.kept)

    def beside(self) -> Restic:
        """restic on the server, on the files themselves, as their owner."""
        return self.server().restic(self.here().repository, self.name)

    def server(self) -> Server:
        """Its server from within."""
        return server_of(self.plan, self.kept)

    def sources(self) -> list[Store]:
        """The repositories that this one holds the second copy of: one, unless its hosts share it and not their first."""
        return _grouped(self.plan, self.jobs, 0)

    def elsewhere(self) -> list[Callable[[], Restic]]:
        """restic on it at the other places whose processes may have left a lock: its hosts, this machine, its server."""
        places: list[Callable[[], Restic]] = [self.here, self.beside]
        first = self.jobs[0]
        if not first.target.platform and self.kept.keeper is first.policy.keeper:
            places.append(lambda: self.plan.restic(first, "host"))
        return places


def server_of(plan: Plan, kept: Kept) -> Server:
    """The server of a repository, over OpenSSH."""
    target = plan.inventory.target(kept.keeper.server)
    return Server(reach(plan.site, target, _OWNER), str(target.vars.get("backup_server_data") or _FOLDER))


def stores(plan: Plan, which: Literal["first", "second", "both"] = "both") -> list[Store]:
    """The repositories of the plan's hosts, each once, the first ones first. Hosts without a second copy have none."""
    return [
        store
        for number in {"first": (0,), "second": (1,), "both": (0, 1)}[which]
        for store in _grouped(plan, [job for job in plan.jobs if len(job.policy.repositories) > number], number)
    ]


def _grouped(plan: Plan, jobs: Iterable[Job], number: int) -> list[Store]:
    found: dict[tuple[str, str], tuple[Kept, list[Job]]] = {}
    for job in jobs:
        kept = job.policy.repositories[number]
        found.setdefault((kept.name, kept.keeper.repository_of(job.name)), (kept, []))[1].append(job)
    return [Store(plan, kept, tuple(members)) for kept, members in found.values()]
