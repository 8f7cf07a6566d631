"""PostgreSQL: the cluster's roles and settings, and each database in the custom format."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Literal

from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Proof, Source
from muhtar.errors import DoorError

__all__ = ["AS_POSTGRES", "GLOBALS", "ROWS", "PostgreSQL"]

AS_POSTGRES = ("runuser", "-u", "postgres", "--")
GLOBALS = "globals.sql"
# What the file of row counts adds to the name of its database.
ROWS = ".rows.json"
_GLOBALS_END = "PostgreSQL database cluster dump complete"
_DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"
# Tables that belong to an extension come back with the extension, and have no entry of their own in a dump.
_TABLES = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
# A line of the table of contents: "215; 1259 16386 TABLE public parcels owner".
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?!DATA )(\S+) (\S+) ", re.MULTILINE)
# The table of contents stands at the head of a dump; the data behind it need not travel to be listed.
_HEAD = 16 * 1024 * 1024


class PostgreSQL(Source):
    """All databases of the host's cluster, or those in `databases`; dumped as the user postgres over its local socket."""

    kind: Literal["postgresql"]
    databases: tuple[str, ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """The globals, and of each database its dump and the row counts of its tables, both from one snapshot.

        Uncompressed: restic compresses, and finds what did not change.
        """
        there = self._psql(machine, "postgres", _DATABASES)
        if missing := sorted(set(self.databases) - set(there)):
            raise MissingSourceError(f"no such database: {', '.join(missing)}", mend="mend the host, or the policy")
        chosen = list(self.databases) or there
        if odd := [name for name in chosen if not _NAME.match(name)]:
            raise DoorError(f"{machine.name}: the database name {odd[0]!r} cannot be a file name")
        return [
            Output(GLOBALS, (*AS_POSTGRES, "pg_dumpall", "--globals-only")),
            *(piece for name in chosen for piece in _counted(name)),
        ]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Each dump is one that pg_restore reads, and holds every table that the live database has."""
        del taken
        wrong = []
        tables = 0
        if _GLOBALS_END not in (restored / GLOBALS).read_text(encoding="utf-8", errors="replace"):
            wrong.append(f"{GLOBALS} is not complete")
        for dump in sorted(restored.glob("*.dump")):
            with dump.open("rb") as stream:
                head = stream.read(_HEAD)
            contents = machine.call(["pg_restore", "--list"], stdin=head)
            if contents.returncode != 0:
                wrong.append(f"pg_restore does not read {dump.name}: {contents.stderr.strip()[-200:]}")
                continue
            held = {f"{schema}.{table}" for schema, table in _TABLE.findall(contents.stdout)}
            live = set(self._psql(machine, dump.stem, _TABLES))
            tables += len(live & held)
            wrong += [f"{dump.name} lacks table {table}" for table in sorted(live - held)]
        return Proof(tables, tuple(wrong), unit="table")

    def _psql(self, machine: Machine, database: str, query: str) -> list[str]:
        return machine.read([*AS_POSTGRES, "psql", "-AtXq", "-d", database, "-c", query]).split("\n")[:-1]


def _counted(database: str) -> list[Piece]:
    """The dump of a database, and how many rows it holds: a drill compares. The counts wait on the host between the two."""
    counts = f"/tmp/muhtar-rows-{uuid.uuid4().hex}"  # noqa: S108 - a name nobody knows, opened as new
    dump = (*AS_POSTGRES, "python3", "-I", "-c", rows.DUMP, database, counts, rows.COUNT)
    take = (*AS_POSTGRES, "sh", "-c", rows.TAKE, "take", counts)
    return [Output(f"{database}.dump", dump), Output(f"{database}{ROWS}", take)]
