"""What can be backed up: one kind of source a file. A new kind is a file here and its name in `AnySource`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from muhtar.backup.sources.asterisk import Asterisk
from muhtar.backup.sources.device_config import DeviceConfig
from muhtar.backup.sources.files import Files
from muhtar.backup.sources.git import Git
from muhtar.backup.sources.mariadb import MariaDB
from muhtar.backup.sources.postgresql import PostgreSQL
from muhtar.backup.sources.sqlite import SQLite
from muhtar.backup.sources.web import Web
from muhtar.backup.sources.zoneminder import ZoneMinder

__all__ = ["AnySource"]

AnySource = Annotated[
    Files | PostgreSQL | MariaDB | SQLite | DeviceConfig | Git | Asterisk | ZoneMinder | Web, Field(discriminator="kind")
]
