"""MariaDB: chosen databases as SQL."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Proof, Source

__all__ = ["MariaDB"]

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
_END = "-- Dump completed"
_TABLE = re.compile(r"^CREATE TABLE `([^`]+)`", re.MULTILINE)


class MariaDB(Source):
    """The databases named, dumped by root over the local socket. Of tables in `without_rows` (db.table) only the structure."""

    kind: Literal["mariadb"]
    databases: tuple[Name, ...] = Field(min_length=1)
    without_rows: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+\.[A-Za-z0-9_]+$")], ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """One piece a database, consistent in itself."""
        there = set(machine.read(["mariadb", "--batch", "--skip-column-names", "--execute", "SHOW DATABASES"]).split())
        if missing := sorted(set(self.databases) - there):
            raise MissingSourceError(f"no such database: {', '.join(missing)}", mend="mend the host, or the policy")
        return [Output(f"{name}.sql", self._dump(name)) for name in self.databases]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Each dump runs to its end and holds every table that the live database has."""
        del taken
        wrong = []
        tables = 0
        for name in self.databases:
            text = (restored / f"{name}.sql").read_text(encoding="utf-8", errors="replace")
            if _END not in text[-200:]:
                wrong.append(f"{name}.sql is not complete")
            held = set(_TABLE.findall(text))
            query = f"SHOW FULL TABLES FROM `{name}` WHERE Table_type = 'BASE TABLE'"
            lines = machine.read(["mariadb", "--batch", "--skip-column-names", "--execute", query]).splitlines()
            live = {line.split("\t")[0] for line in lines}
            tables += len(live & held)
            wrong += [f"{name}.sql lacks table {table}" for table in sorted(live - held)]
        return Proof(tables, tuple(wrong), unit="table")

    def _dump(self, name: str) -> tuple[str, ...]:
        bare = [f"--ignore-table-data={table}" for table in self.without_rows if table.startswith(f"{name}.")]
        options = ("--single-transaction", "--routines", "--triggers", "--events", "--hex-blob")
        return ("mariadb-dump", *options, *bare, name)
