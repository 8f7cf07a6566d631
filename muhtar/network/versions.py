"""What a device ran, or would have started with, at some time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory
from muhtar.network.journal import Journal
from muhtar.network.originals import Read, Which, originals
from muhtar.settings import Site
from nornir_tasks.config_rules import rules_of
from nornir_tasks.whole import refuse_incomplete

__all__ = ["NoVersionError", "Version", "version_at"]


class NoVersionError(MuhtarError):
    """Nothing is kept of what the device had then."""


@dataclass(frozen=True)
class Version:
    """A configuration as the device gave it, byte for byte; `seen` (UTC) is when, `source` what it comes from."""

    seen: datetime
    source: str
    data: bytes = field(repr=False)


def version_at(inventory: Inventory, host: str, when: datetime, which: Which = Which.RUNNING) -> Version:
    """The configuration of `host` as it was last seen at `when` or before.

    Seen by a backup, whose original is in the encrypted repository, or, where that is nearer to `when`, before or after a
    change in this machine's journal. The text in git is no source: it lacks the secrets.

    Raises InventoryError for an unknown host, NoVersionError where there was none, IncompleteConfigError for half a one, and
    whatever keeps the repository or the journal from being read.
    """
    target = inventory.target(host)
    rules = rules_of(target.platform)
    shape = rules.running if which is Which.RUNNING else rules.startup
    if shape is None:
        raise NoVersionError(
            f"{host} has no startup configuration: {target.platform} saves what is committed", mend="leave --source away"
        )
    seen = [(at, "a backup", read) for at, read in originals(inventory, host, which)]
    if which is Which.RUNNING:
        seen += [(at, "the journal of changes", read) for at, read in _changes(inventory.site, host)]
    fitting = [version for version in seen if version[0] <= when]
    if not fitting:
        first = f"the oldest that is kept is of {min(version[0] for version in seen):%Y-%m-%d %H:%M} UTC" if seen else ""
        raise NoVersionError(
            f"there is no {which} configuration of {host} as of {when:%Y-%m-%d %H:%M} UTC: {first or 'none is kept at all'}",
            key="--at",
            mend="name a later moment with --at" if seen else f"./inv network.backup --limit {host} keeps them from now on",
        )
    at, source, read = max(fitting, key=lambda version: version[0])
    data = read()
    if data is None:
        raise NoVersionError(
            f"{host} had no {which} configuration when it was backed up at {at:%Y-%m-%d %H:%M} UTC: nothing was saved on it",
            mend="name another moment with --at, or leave --source away",
        )
    if source == "a backup":
        refuse_incomplete(
            data.decode("utf-8", errors="replace"), shape, f"{host}: the {which} configuration of {at:%Y-%m-%d %H:%M} UTC"
        )
    return Version(at, source, data)


def _changes(site: Site, host: str) -> list[tuple[datetime, Read]]:
    """What it ran before and after each change."""
    journal = Journal(site)
    return [
        (at, partial(journal.opened, path))
        for change in journal.changes()
        if (device := change.devices.get(host)) is not None
        for at, path in ((device.at, device.before), (device.after_at, device.after))
        if at is not None and path is not None
    ]
