"""An SQLite database that may be in use: copied by SQLite's own backup, never as a file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Source

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
        return [Output(self.copy_name, ("python3", "-I", "-c", _COPY, self.file))]

    def tables(self, machine: Machine) -> set[str]:
        """The tables that it has now."""
        return set(machine.read(["python3", "-I", "-c", _TABLES, self.file]).splitlines())

    @property
    def copy_name(self) -> str:
        """What the copy is called."""
        return PurePosixPath(self.file).name
