"""MariaDB: chosen databases as SQL."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine, MissingSourceError, Piece, Source
from muhtar.backup.sources.mariadb_rows import DUMP

__all__ = ["MariaDB"]

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]


class MariaDB(Source):
    """The databases named, dumped by root over the local socket. Of tables in `without_rows` (db.table) only the structure."""

    kind: Literal["mariadb"]
    databases: tuple[Name, ...] = Field(min_length=1)
    without_rows: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+\.[A-Za-z0-9_]+$")], ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """Of each database its dump, consistent in itself, and the row counts of the tables whose rows are in it."""
        there = set(machine.read(["mariadb", "--batch", "--skip-column-names", "--execute", "SHOW DATABASES"]).split())
        if missing := sorted(set(self.databases) - there):
            raise MissingSourceError(f"no such database: {', '.join(missing)}", mend="mend the host, or the policy")
        return [piece for name in self.databases for piece in self._counted(name)]

    def _counted(self, name: str) -> list[Piece]:
        bare = [table.partition(".")[2] for table in self.without_rows if table.startswith(f"{name}.")]
        options = ("--single-transaction", "--routines", "--triggers", "--events", "--hex-blob")
        words = ["mariadb-dump", *options, *(f"--ignore-table-data={name}.{table}" for table in bare), name]
        return rows.pieces(name, f"{name}.sql", DUMP, [",".join(bare), *words])
