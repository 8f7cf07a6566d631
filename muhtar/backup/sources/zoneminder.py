"""A ZoneMinder recorder: which cameras it has and how it records them, and not what it recorded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Output, Piece, Proof, Source
from muhtar.backup.sources.files import AbsolutePath, Files
from muhtar.backup.sources.mariadb import MariaDB

__all__ = ["ZoneMinder"]

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
_VERSION = "zoneminder-version.txt"
_ASK = ("dpkg-query", "--show", "--showformat=${Version}\\n", "zoneminder")


class ZoneMinder(Source):
    """Its database, where cameras, zones, users and options are, and its settings on disk; the dump starts on the host itself.

    Of the tables in `without_rows` only the structure is taken: their rows are many, and worth nothing without the footage.
    """

    kind: Literal["zoneminder"]
    database: Word = "zm"
    settings: tuple[AbsolutePath, ...] = ("/etc/zm",)
    without_rows: tuple[Word, ...] = ("Logs", "Frames", "Stats")

    def pieces(self, machine: Machine) -> list[Piece]:
        """The version, the dump, the settings. A recorder without a camera is one that lost them."""
        dump = self._dump.pieces(machine)
        query = f"SELECT COUNT(*) FROM `{self.database}`.Monitors"  # noqa: S608 - the schema allows letters and digits only
        if machine.read(["mariadb", "--batch", "--skip-column-names", "--execute", query]).strip() == "0":
            raise MissingSourceError("no camera is configured", mend="look at the recorder; ./inv drift.check --only video")
        return [Output(_VERSION, _ASK), *dump, *self._files.pieces(machine)]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """The dump by its tables, the settings by their hashes; another version than the one installed is worth a word."""
        version = Proof.of_version(restored / _VERSION, machine.read(_ASK).strip())
        return Proof.of(version, self._dump.prove(machine, restored, taken), self._files.prove(machine, restored, taken))

    @property
    def _dump(self) -> MariaDB:
        without = tuple(f"{self.database}.{table}" for table in self.without_rows)
        return MariaDB(
            name=self.name,
            kind="mariadb",
            databases=(self.database,),
            without_rows=without,
            time_limit_minutes=self.time_limit_minutes,
        )

    @property
    def _files(self) -> Files:
        return Files(name=self.name, kind="files", paths=self.settings, time_limit_minutes=self.time_limit_minutes)
