"""backup.restore --to-host: a database from the repository straight into a PostgreSQL server, of this host or another."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from muhtar.backup import runs
from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan, reach
from muhtar.backup.policy import Item
from muhtar.backup.restore import parse_at, single
from muhtar.backup.runs import SourceRun
from muhtar.backup.sources.base import Machine
from muhtar.backup.sources.postgresql import AS_POSTGRES
from muhtar.doors.restic import Place, Restic, Snapshot
from muhtar.doors.restic.stream import stream
from muhtar.errors import DoorError, MuhtarError, UsageError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["DatabaseRestoration", "prepare_database"]

_CHECK = "backup.restore"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}\Z")
_SUFFIX = ".dump"


@dataclass(frozen=True)
class _Database:
    """A database as it was called, what it is to be called, and its dump."""

    was: str
    name: str
    dump: Snapshot


@dataclass
class DatabaseRestoration:
    """What a restore of databases would do, before it does it."""

    site: Site
    plan: Plan
    job: Job
    item: Item
    run: SourceRun
    machine: Machine
    databases: list[_Database]
    restic: Restic
    owners: bool = True

    def describe(self) -> list[str]:
        """One line a database."""
        when = f"{self.run.time:%Y-%m-%d %H:%M} UTC"
        return [
            f"{self.job.name}/{self.item.source.name}: {one.was} of {when}, {size(one.dump.bytes)}, snapshot {one.dump.id[:8]}"
            f" -> new database {one.name} on {self.machine.name}"
            for one in self.databases
        ]

    def apply(self, progress: Progress) -> ReportBuilder:
        """Make and fill each database, wholly or not at all. One outcome of `backup.restore`."""
        builder = ReportBuilder("backup.restore", self.site.name, limit=self.job.name)
        builder.select(self.job.name, _CHECK)
        progress.phase(f"Restoring to {self.machine.name}", total=1)
        outcomes = Maker(self.plan, _CHECK, self.job)
        started = datetime.now(UTC)
        try:
            tables = sum(self._restore(one, progress) for one in self.databases)
            names = ", ".join(one.name for one in self.databases)
            summary = f"{names} on {self.machine.name}: {count(tables, 'table')} of {self.run.time:%Y-%m-%d %H:%M} UTC"
            outcome = outcomes.make(self.item, Status.OK, summary, started=started)
        except Exception as error:  # noqa: BLE001 - whatever it was, the report says so
            outcome = outcomes.failed(self.item, error, started=started)
        builder.add(outcome)
        progress.step(self.job.name, f"{outcome.subject}: {outcome.summary}", outcome.status)
        return builder

    def _restore(self, one: _Database, progress: Progress) -> int:
        """Restore a database; how many tables it has. What was made of it goes again where that fails."""
        place, seconds = self.machine.place, self.item.source.seconds
        if place is None:
            raise DoorError(f"{self.machine.name} is no host with a shell")
        progress.activity(self.job.name, one.name)
        # Refuses where there is one by now: nothing that is there is ever written over.
        self.machine.read([*AS_POSTGRES, "createdb", "--template=template0", "--", one.name], seconds=seconds)
        try:
            self._fill(one, place, seconds)
            query = "SELECT count(*) FROM pg_stat_user_tables"
            return int(self.machine.read([*AS_POSTGRES, "psql", "-AtXq", "-d", one.name, "-c", query]).strip())
        except BaseException:
            with suppress(MuhtarError):
                self.machine.call([*AS_POSTGRES, "dropdb", "--if-exists", "--force", "--", one.name], seconds=seconds)
            raise

    def _fill(self, one: _Database, place: Place, seconds: float) -> None:
        plain = () if self.owners else ("--no-owner", "--no-privileges")
        words = [*AS_POSTGRES, "pg_restore", "--exit-on-error", "--single-transaction", *plain, f"--dbname={one.name}"]
        done = stream(self.restic, one.dump.id, one.dump.paths[0], place, words, seconds=seconds)
        if done.returncode != 0:
            raise DoorError(
                f"{self.machine.name}: {one.was} does not load: {done.stderr.strip()[-400:]}",
                mend="make the roles first (globals.sql of the same source has them), or restore with --without-owners",
            )


def prepare_database(
    site: Site,
    host: str,
    to_host: str,
    *,
    source: str | None = None,
    at: str | None = None,
    path: str | None = None,
    name: str | None = None,
    owners: bool = True,
    plan: Plan | None = None,
    machine: Machine | None = None,
) -> DatabaseRestoration:
    """Find the dumps that would go to `to_host`. `source` is the name or the kind of the source, `path` one dump of it.

    The databases keep their names, or (one alone) get `name`; none may be there yet. `owners`: as they were, which needs the
    same roles. Reads only. Raises UsageError where the choice is not clear, MuhtarError where a database is there already.
    """
    plan = plan or Plan.make(site, host)
    job = single(plan)
    item = _item(job, source)
    run = runs.newest(plan.snapshots(job), item.source, parse_at(at))
    if run is None:
        raise UsageError(f"there is no whole snapshot of {item.source.name}", mend="choose another --at; ./inv backup.run")
    dumps = {shot.paths[0].strip("/").removesuffix(_SUFFIX): shot for shot in run.snapshots if shot.paths[0].endswith(_SUFFIX)}
    if path:
        wanted = path.strip("/").removesuffix(_SUFFIX)
        if wanted not in dumps:
            raise UsageError(f"there is no dump {wanted}{_SUFFIX}", mend=f"--path one of {', '.join(dumps)}")
        dumps = {wanted: dumps[wanted]}
    else:
        # Every server has one of that name; it comes back when it is asked for.
        dumps.pop("postgres", None)
    if name and len(dumps) != 1:
        raise UsageError(f"{name} can be the name of one database", mend=f"add --path, one of {', '.join(dumps)}")
    chosen = [_Database(was, name or was, shot) for was, shot in dumps.items()]
    if not chosen:
        raise UsageError("there is no database to restore", mend="--path postgres for the one that every server has")
    if odd := [one.name for one in chosen if not _NAME.match(one.name)]:
        raise UsageError(f"{odd[0]!r} is no name for a database", mend="letters, digits, dots, dashes and underscores")
    machine = machine or _machine(plan.inventory, to_host)
    there = machine.read([*AS_POSTGRES, "psql", "-AtXq", "-d", "postgres", "-c", "SELECT datname FROM pg_database"]).splitlines()
    if double := [one.name for one in chosen if one.name in there]:
        raise UsageError(f"{machine.name} has a database {double[0]} already", mend="give another name: --as NAME")
    return DatabaseRestoration(site, plan, job, item, run, machine, chosen, plan.restic(job, "runner"), owners)


def _item(job: Job, source: str | None) -> Item:
    found = [
        item for item in job.items if item.source.kind == "postgresql" and source in (None, item.source.name, item.source.kind)
    ]
    if len(found) != 1:
        names = ", ".join(item.source.name for item in job.items if item.source.kind == "postgresql")
        raise UsageError(
            f"{job.name} has no one PostgreSQL source {source or ''}".strip(),
            mend=f"--source one of {names}" if names else "restore into a folder instead: --to FOLDER",
        )
    return found[0]


def _machine(inventory: Inventory, name: str) -> Machine:
    target: Target = inventory.target(name)
    if target.platform:
        raise UsageError(f"{name} is a network device", mend="name a host with PostgreSQL")
    return Machine(name, reach(inventory.site, target))
