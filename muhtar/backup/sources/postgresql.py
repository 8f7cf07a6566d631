"""PostgreSQL: the cluster's roles and settings, and each database in the custom format."""

from __future__ import annotations

import re
from typing import Literal

from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Source
from muhtar.backup.sources.postgresql_rows import COUNT, DUMP
from muhtar.errors import DoorError

__all__ = ["AS_POSTGRES", "GLOBALS", "PostgreSQL"]

AS_POSTGRES = ("runuser", "-u", "postgres", "--")
GLOBALS = "globals.sql"
_DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")


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
            *(piece for name in chosen for piece in rows.pieces(name, f"{name}.dump", DUMP, [COUNT], AS_POSTGRES)),
        ]

    def _psql(self, machine: Machine, database: str, query: str) -> list[str]:
        return machine.read([*AS_POSTGRES, "psql", "-AtXq", "-d", database, "-c", query]).split("\n")[:-1]
