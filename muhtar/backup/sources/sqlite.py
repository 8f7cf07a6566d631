"""An SQLite database that may be in use: copied by SQLite's own backup, never as a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Proof, Source

__all__ = ["SQLite"]

# Every managed host has Python; few have the sqlite3 shell.
_COPY = """
import shutil, sqlite3, sys, tempfile
from urllib.parse import quote
with tempfile.TemporaryDirectory() as folder:
    live = sqlite3.connect(f"file:{quote(sys.argv[1])}?mode=ro", uri=True, timeout=30)
    copy = sqlite3.connect(f"{folder}/copy")
    live.backup(copy)
    copy.close()
    with open(f"{folder}/copy", "rb") as stream:
        shutil.copyfileobj(stream, sys.stdout.buffer)
"""
_TABLES = """
import sqlite3, sys
from urllib.parse import quote
live = sqlite3.connect(f"file:{quote(sys.argv[1])}?mode=ro", uri=True, timeout=30)
for name, in live.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
    print(name)
"""


class SQLite(Source):
    """One database file of the host."""

    kind: Literal["sqlite"]
    file: Annotated[str, Field(pattern=r"^/[^\n]*[^/\n]$")]

    def pieces(self, machine: Machine) -> list[Piece]:
        """A consistent copy, streamed."""
        if machine.call(["test", "-s", self.file]).returncode != 0:
            raise MissingSourceError(f"not there, or empty: {self.file}", mend="mend the host, or the path in the policy")
        return [Output(self._name, ("python3", "-I", "-c", _COPY, self.file))]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """The restored file is a sound database and has every table that the live one has."""
        del taken
        live = machine.read(["python3", "-I", "-c", _TABLES, self.file]).splitlines()
        wrong: list[str] = []
        held: set[str] = set()
        try:
            with closing(sqlite3.connect(f"{(restored / self._name).as_uri()}?mode=ro", uri=True)) as database:
                verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
                if verdict != "ok":
                    wrong.append(f"{self._name}: {verdict}")
                held = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        except sqlite3.DatabaseError as error:
            wrong.append(f"{self._name}: {error}")
        wrong += [f"{self._name} lacks table {table}" for table in sorted(set(live) - held)]
        return Proof(len(set(live) & held), tuple(wrong), unit="table")

    @property
    def _name(self) -> str:
        return PurePosixPath(self.file).name
