"""What a device ran at some time."""

from __future__ import annotations

from datetime import datetime

from muhtar.errors import MuhtarError
from muhtar.network.journal import Journal
from muhtar.settings import Site

__all__ = ["NoVersionError", "version_at"]


class NoVersionError(MuhtarError):
    """Nothing is kept of what the device ran then."""


def version_at(site: Site, host: str, when: datetime) -> bytes:
    """The running configuration of `host` as it was last seen at `when` or before, byte for byte.

    Seen, that is: before and after each change that this machine's journal knows of. Raises NoVersionError where there was
    none, JournalError where it cannot be read.
    """
    journal = Journal(site)
    seen = [
        (at, path)
        for change in journal.changes()
        if (device := change.devices.get(host)) is not None
        for at, path in ((device.at, device.before), (device.after_at, device.after))
        if at is not None and path is not None
    ]
    fitting = [pair for pair in seen if pair[0] <= when]
    if not fitting:
        first = f"the oldest that is kept is of {min(seen)[0]:%Y-%m-%d %H:%M} UTC" if seen else "none is kept at all"
        raise NoVersionError(
            f"there is no configuration of {host} as of {when:%Y-%m-%d %H:%M} UTC: {first}",
            path=journal.path,
            mend="name a later moment with --at",
        )
    return journal.opened(max(fitting, key=lambda pair: pair[0])[1])
