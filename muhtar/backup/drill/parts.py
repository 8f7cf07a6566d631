"""What of a source is tried: all of it, as its kind is, and then each part that a program must accept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from muhtar.backup.drill import asterisk, device, files, git, mariadb, postgresql, sqlite, version
from muhtar.backup.drill.case import Case, Drilled
from muhtar.backup.sources import AnySource
from muhtar.backup.sources.asterisk import Asterisk
from muhtar.backup.sources.device_config import DeviceConfig
from muhtar.backup.sources.files import Files
from muhtar.backup.sources.git import Git
from muhtar.backup.sources.mariadb import MariaDB
from muhtar.backup.sources.postgresql import PostgreSQL
from muhtar.backup.sources.sqlite import SQLite
from muhtar.backup.sources.zoneminder import ZoneMinder

__all__ = ["Part", "parts", "whole"]


@dataclass(frozen=True)
class Part:
    """A part of a source: its name, what is said while it is tried, and how it is tried."""

    name: str
    meanwhile: str
    drill: Callable[[Case], Drilled]


def whole(case: Case) -> Drilled:
    """The drill of the source itself."""
    match case.item.source:
        case PostgreSQL():
            return postgresql.drill(case)
        case MariaDB():
            return mariadb.drill(case)
        case SQLite() as source:
            return sqlite.drill(case, source)
        case Git() as source:
            return git.drill(case, source)
        case DeviceConfig():
            return device.drill(case)
        case _:
            done = files.drill(case)
            other = version.note(case)
            return replace(done, what=f"{done.what}; {other}") if other else done


def parts(case: Case) -> Iterator[Part]:
    """Its parts. Whether files hold a PBX's configuration is for the repository to say: raises the errors of restic."""
    source: AnySource = case.item.source
    match source:
        case Asterisk():
            yield Part("astdb", "opening its database", lambda one: sqlite.drill(one, source.database))
            yield Part("asterisk", "starting Asterisk", lambda one: asterisk.drill(one, source.config))
        case ZoneMinder():
            yield Part("mariadb", "loading the dump", mariadb.drill)
        case Files() if asterisk.holds(case):
            yield Part("asterisk", "starting Asterisk", asterisk.drill)
