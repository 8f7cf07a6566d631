"""An Asterisk: its configuration, its live database, voicemail, recordings and call records, and which version they belong to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from muhtar.backup.sources.base import Machine, Output, Piece, Proof, Source
from muhtar.backup.sources.files import AbsolutePath, Files
from muhtar.backup.sources.sqlite import SQLite

__all__ = ["Asterisk"]

_VERSION = "asterisk-version.txt"
_ASK = ("asterisk", "-V")


class Asterisk(Source):
    """What brings a PBX back with its memory. All paths must be there: Debian's package makes them.

    `cdr` are folders or files of call records that grow as files; records in a database of their own are a source `mariadb`,
    `postgresql` or `sqlite`. `more` is for what only some have: own sounds, music on hold, keys.
    """

    kind: Literal["asterisk"]
    config: AbsolutePath = "/etc/asterisk"
    astdb: AbsolutePath = "/var/lib/asterisk/astdb.sqlite3"
    voicemail: AbsolutePath = "/var/spool/asterisk/voicemail"
    recordings: AbsolutePath = "/var/spool/asterisk/monitor"
    cdr: tuple[AbsolutePath, ...] = ("/var/log/asterisk/cdr-csv",)
    more: tuple[AbsolutePath, ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """The version, the database as a consistent copy, and all files as one snapshot."""
        return [Output(_VERSION, _ASK), *self._database.pieces(machine), *self._files.pieces(machine)]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Files by their hashes, the database by its tables; another version than the one that runs is worth a word."""
        version = Proof.of_version(restored / _VERSION, machine.read(_ASK).strip())
        return Proof.of(version, self._database.prove(machine, restored, taken), self._files.prove(machine, restored, taken))

    @property
    def _files(self) -> Files:
        paths = (self.config, self.voicemail, self.recordings, *self.cdr, *self.more)
        return Files(name=self.name, kind="files", paths=paths, time_limit_minutes=self.time_limit_minutes)

    @property
    def _database(self) -> SQLite:
        return SQLite(name=self.name, kind="sqlite", file=self.astdb, time_limit_minutes=self.time_limit_minutes)
