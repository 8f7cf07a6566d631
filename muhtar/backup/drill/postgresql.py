"""PostgreSQL: roles and databases into a cluster of its own on a scratch host; its rows are those counted at backup time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from muhtar.backup.drill.case import Case, Drilled, Sampled, UnusableError
from muhtar.backup.sources import postgresql_rows, rows
from muhtar.backup.sources.base import Machine
from muhtar.backup.sources.postgresql import AS_POSTGRES, GLOBALS
from muhtar.doors.process import Completed
from muhtar.doors.restic import Snapshot
from muhtar.doors.restic.stream import stream
from muhtar.errors import DoorError, MuhtarError
from muhtar.words import count

__all__ = ["drill"]

# The cluster's own superuser, of a name that no backup has: all roles of the backup can then be made as they were.
_USER = "muhtar_drill"
_ROOM = "/var/tmp/muhtar-drill-postgresql"  # noqa: S108 - made for one user alone, and removed
# It listens on a socket in its own folder, and on no network. What a drill that was killed left there goes first.
_BEGIN = """
set -eu
room=$1 user=$2
cd /
bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
[ ! -e "$room/data/postmaster.pid" ] || "$bin/pg_ctl" -D "$room/data" -m immediate -w stop >&2 || true
rm -rf -- "$room"
mkdir -m 0700 -- "$room"
"$bin/initdb" -D "$room/data" --username="$user" --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >&2
options="-c listen_addresses= -c unix_socket_directories=$room -c unix_socket_permissions=0700 -c fsync=off -c port=5432"
"$bin/pg_ctl" -D "$room/data" -w -l "$room/log" -o "$options" start >&2
echo "$bin"
"""
_END = """
cd /
"$2/pg_ctl" -D "$1/data" -m immediate -w stop >&2 || true
rm -rf -- "$1"
"""
# Tablespaces lie on disks that a scratch host does not have.
_ROLES = "sed '/ TABLESPACE /d' | \"$@\""
_MEND = "look at the source on the host, back it up again, drill again"


def drill(case: Case) -> Drilled:
    """Load everything, then count every table's rows exactly and compare. Without recorded counts that stays unseen."""
    pieces = {snapshot.paths[0].lstrip("/"): snapshot for snapshot in case.run.snapshots}
    dumps = {name.removesuffix(".dump"): shot for name, shot in pieces.items() if name.endswith(".dump")}
    if not dumps or GLOBALS not in pieces:
        raise DoorError(f"the snapshot of {case.item.source.name} lacks its {'dumps' if GLOBALS in pieces else GLOBALS}")
    sample: list[Sampled] = []
    wrong: list[str] = []
    uncounted: list[str] = []
    seconds = 0.0
    with case.scratch.host("postgresql") as machine, _cluster(machine, case.seconds) as cluster:
        began = time.monotonic()
        cluster.load_roles(case, pieces[GLOBALS])
        for database, shot in dumps.items():
            cluster.load(case, database, shot)
        seconds = time.monotonic() - began
        for database in dumps:
            if f"{database}{rows.ROWS}" not in pieces:
                uncounted.append(database)
                continue
            recorded = rows.parse(case.text(pieces[f"{database}{rows.ROWS}"]))
            found = cluster.rows(database)
            for table in sorted({*recorded, *found}):
                had, has = recorded.get(table), found.get(table)
                sample.append(Sampled(f"{database}: {table}", f"{has} rows" if has is not None else "not there", had == has))
                if had != has:
                    wrong.append(f"{database}: {table} has {_said(has)}, had {_said(had)} when it was backed up")
        place = f"{machine.name}, PostgreSQL {cluster.version}"
    total = sum(int(one.found.split()[0]) for one in sample if one.found.endswith("rows"))
    what = (
        f"{count(len(dumps), 'database')} loaded, {count(len(sample), 'table')}, {count(total, 'row')} as counted at backup time"
    )
    unseen = f"nobody counted the rows of {', '.join(uncounted)} when it was backed up" if uncounted else ""
    mend = "./inv backup.run counts them now" if uncounted else None
    return Drilled(seconds, what, place, tuple(wrong), tuple(sample), unseen=unseen, mend=mend)


class _Cluster:
    """A running cluster on a scratch host, with nothing in it yet."""

    def __init__(self, machine: Machine, binaries: str, seconds: float) -> None:
        self._machine = machine
        self._binaries = binaries
        self._seconds = seconds

    @property
    def version(self) -> str:
        """The major version."""
        return self._binaries.split("/")[-2]

    def load_roles(self, case: Case, shot: Snapshot) -> None:
        """Make the roles."""
        done = self._stream(case, shot, ["sh", "-c", _ROLES, "roles", *self._psql("postgres")])
        _refuse(done, GLOBALS)

    def load(self, case: Case, database: str, shot: Snapshot) -> None:
        """Make a database and fill it, owners and grants too: all of it, or nothing."""
        for statement in (f'DROP DATABASE IF EXISTS "{database}"', f'CREATE DATABASE "{database}" TEMPLATE template0'):
            self._machine.read([*AS_POSTGRES, *self._psql("template1"), "-c", statement], seconds=self._seconds)
        words = [*self._program("pg_restore"), "--exit-on-error", "--single-transaction", "--no-tablespaces", "-d", database]
        _refuse(self._stream(case, shot, words), shot.paths[0].lstrip("/"))

    def rows(self, database: str) -> rows.Record:
        """The rows of every table now."""
        script = f"{postgresql_rows.COUNT.strip()} \\gexec\n"
        words = [*AS_POSTGRES, *self._psql(database)]
        return rows.counted(self._machine.read(words, stdin=script.encode(), seconds=self._seconds))

    def _stream(self, case: Case, shot: Snapshot, words: Sequence[str]) -> Completed:
        if self._machine.place is None:
            raise DoorError(f"{self._machine.name} is no host with a shell")
        return stream(case.restic, shot.id, shot.paths[0], self._machine.place, [*AS_POSTGRES, *words], seconds=self._seconds)

    def _psql(self, database: str) -> list[str]:
        return [*self._program("psql"), "-AtXq", "-v", "ON_ERROR_STOP=1", "-d", database]

    def _program(self, name: str) -> list[str]:
        return [f"{self._binaries}/{name}", "--host", _ROOM, "--username", _USER]


@contextmanager
def _cluster(machine: Machine, seconds: float) -> Iterator[_Cluster]:
    """A new cluster, gone afterwards with all that was in it."""
    begin = machine.read([*AS_POSTGRES, "sh", "-c", _BEGIN, "begin", _ROOM, _USER], seconds=120)
    binaries = begin.strip()
    try:
        yield _Cluster(machine, binaries, seconds)
    finally:
        # What this cannot remove, the next drill does.
        with suppress(MuhtarError):
            machine.call([*AS_POSTGRES, "sh", "-c", _END, "end", _ROOM, binaries], seconds=120)


def _refuse(done: Completed, name: str) -> None:
    """Raise for what does not load: that is what a drill is there to find."""
    if done.returncode != 0:
        raise UnusableError(f"{name} does not load: {done.stderr.strip()[-400:] or f'code {done.returncode}'}", mend=_MEND)


def _said(number: int | None) -> str:
    return "no such table" if number is None else count(number, "row")
