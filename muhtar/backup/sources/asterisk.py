"""An Asterisk: its configuration, its live database, voicemail, recordings and call records, and which version they belong to."""

from __future__ import annotations

from typing import ClassVar, Literal

from muhtar.backup.sources.base import Machine, Output, Piece, Source
from muhtar.backup.sources.files import AbsolutePath, Files
from muhtar.backup.sources.sqlite import SQLite

__all__ = ["Asterisk"]

_VERSION = Output("asterisk-version.txt", ("asterisk", "-V"))


class Asterisk(Source):
    """What brings a PBX back with its memory. All paths must be there: Debian's package makes them.

    `cdr` are folders or files of call records that grow as files; records in a database of their own are a source `mariadb`,
    `postgresql` or `sqlite`. `more` is for what only some have: own sounds, music on hold, keys.
    """

    version: ClassVar[Output | None] = _VERSION
    kind: Literal["asterisk"]
    config: AbsolutePath = "/etc/asterisk"
    astdb: AbsolutePath = "/var/lib/asterisk/astdb.sqlite3"
    voicemail: AbsolutePath = "/var/spool/asterisk/voicemail"
    recordings: AbsolutePath = "/var/spool/asterisk/monitor"
    cdr: tuple[AbsolutePath, ...] = ("/var/log/asterisk/cdr-csv",)
    more: tuple[AbsolutePath, ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """The version, the database as a consistent copy, and all files as one snapshot."""
        paths = (self.config, self.voicemail, self.recordings, *self.cdr, *self.more)
        files = Files(name=self.name, kind="files", paths=paths)
        return [_VERSION, *self.database.pieces(machine), *files.pieces(machine)]

    @property
    def database(self) -> SQLite:
        """Its own database, as a source."""
        return SQLite(name=self.name, kind="sqlite", file=self.astdb)
