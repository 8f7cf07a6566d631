"""A ZoneMinder recorder: which cameras it has and how it records them, and not what it recorded."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Source
from muhtar.backup.sources.files import AbsolutePath, Files
from muhtar.backup.sources.mariadb import MariaDB

__all__ = ["ZoneMinder"]

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
_VERSION = Output("zoneminder-version.txt", ("dpkg-query", "--show", "--showformat=${Version}\\n", "zoneminder"))


class ZoneMinder(Source):
    """Its database, where cameras, zones, users and options are, and its settings on disk; the dump starts on the host itself.

    Of the tables in `without_rows` only the structure is taken: their rows are many, and worth nothing without the footage.
    """

    version: ClassVar[Output | None] = _VERSION
    kind: Literal["zoneminder"]
    database: Word = "zm"
    settings: tuple[AbsolutePath, ...] = ("/etc/zm",)
    without_rows: tuple[Word, ...] = ("Logs", "Frames", "Stats")

    def pieces(self, machine: Machine) -> list[Piece]:
        """The version, the dump with its row counts, the settings. A recorder without a camera is one that lost them."""
        without = tuple(f"{self.database}.{table}" for table in self.without_rows)
        dump = MariaDB(name=self.name, kind="mariadb", databases=(self.database,), without_rows=without).pieces(machine)
        query = f"SELECT COUNT(*) FROM `{self.database}`.Monitors"  # noqa: S608 - the schema allows letters and digits only
        if machine.read(["mariadb", "--batch", "--skip-column-names", "--execute", query]).strip() == "0":
            raise MissingSourceError("no camera is configured", mend="look at the recorder; ./inv drift.check --only video")
        files = Files(name=self.name, kind="files", paths=self.settings)
        return [_VERSION, *dump, *files.pieces(machine)]
