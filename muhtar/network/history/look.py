"""network.log and network.show: what the history knows of a device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muhtar.errors import UsageError
from muhtar.network.history.git import Change
from muhtar.network.history.keep import path_of, repository
from muhtar.settings import Site

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["Version", "log", "show", "table"]


@dataclass(frozen=True)
class Version:
    """A version of a device's configuration: since when (UTC), who did it, what changed; `commit` is git's."""

    commit: str
    time: datetime
    who: str
    what: str


def log(site: Site, host: str, *, startup: bool = False) -> list[Version]:
    """The versions of a device's configuration, newest first. Raises UsageError where there are none."""
    found = repository().changes(path_of(site.name, host, startup=startup))
    if not found:
        what = "startup configuration" if startup else "configuration"
        raise UsageError(
            f"no {what} of {host} was ever kept on this machine",
            path=repository().path,
            mend=f"./inv network.backup --limit {host} (./inv inventory.graph lists the hosts)",
        )
    return [_version(change, host, startup=startup) for change in found]


def show(site: Site, host: str, *, at: datetime | None = None, startup: bool = False) -> str:
    """A device's configuration, without secrets, as kept at `at` (default: the last). Raises UsageError for a time before all."""
    versions = log(site, host, startup=startup)
    chosen = next((version for version in versions if at is None or version.time <= at), None)
    if chosen is None:
        zone = ZoneInfo(site.settings["timezone"])
        raise UsageError(
            f"nothing of {host} was kept by {_local(at, zone)}", mend=f"its first version is of {_local(versions[-1].time, zone)}"
        )
    return repository().text(chosen.commit, path_of(site.name, host, startup=startup))


def table(site: Site, versions: list[Version]) -> Table:
    """The versions as a table, times in the site's zone and in the form that `--at` takes."""
    from rich.table import Table

    zone = ZoneInfo(site.settings["timezone"])
    shown = Table("time", "who", "what", "commit", box=None)
    for version in versions:
        shown.add_row(_local(version.time, zone), version.who, version.what, version.commit[:10])
    return shown


def _version(change: Change, host: str, *, startup: bool) -> Version:
    """Whom the device itself named counts for more than who took the backup."""
    begin = f"{host} (startup): " if startup else f"{host}: "
    said = next((line.removeprefix(begin) for line in change.body.splitlines() if line.startswith(begin)), "")
    what, _, who = said.partition(", by ")
    return Version(
        change.commit, change.time, who or f"seen by {change.author}", what or f"+{change.added} -{change.removed} lines"
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""
