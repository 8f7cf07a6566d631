"""What a video recorder tells of itself, in one shape for every maker: whoever judges it need not know which one it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from muhtar.errors import DoorError
from nornir_tasks.monitor import Monitor

__all__ = ["Disk", "Health", "Recordings", "Untold", "WithheldError", "asked"]

T = TypeVar("T")


class WithheldError(DoorError):
    """The recorder answers, but refuses or lacks this one thing: code 403, or a function that its firmware does not have."""


@dataclass(frozen=True)
class Untold:
    """What a recorder would not or cannot tell; `why` is in its words. Never to be taken for a good answer."""

    why: str


@dataclass(frozen=True)
class Recordings:
    """What is kept of one camera. `spans` are begin and end of what lies in the asked window, sorted; `oldest` is the begin of
    the oldest recording there is, None where nothing was ever recorded."""

    spans: tuple[tuple[datetime, datetime], ...]
    oldest: datetime | None


@dataclass(frozen=True)
class Disk:
    """A disk for recordings. `free` is a share, 0 to 1; `state` and `smart` are empty while the recorder says that all is well.

    `overwrites`: it is meant to be full, for the oldest recordings make room.
    """

    name: str
    free: float | Untold
    state: str = ""
    smart: str | Untold = ""
    overwrites: bool = False


@dataclass(frozen=True)
class Health:
    """One recorder as one session saw it.

    `offset` is its clock's lead over ours in seconds; `recordings` are by the names of monitors; `channels` how many cameras it
    has and may have, None where it knows no limit; `insecure` what it offers that others could read along or enter by;
    `stills` are JPEG pictures by the names of monitors, in the order in which they were taken, where they were asked for.
    """

    monitors: list[Monitor]
    offset: float | Untold
    firmware: str | Untold
    disks: tuple[Disk, ...] | Untold
    recordings: Mapping[str, Recordings | Untold]
    channels: tuple[int, int] | Untold | None = None
    insecure: tuple[str, ...] | Untold = ()
    camera_firmware: Mapping[str, str] = field(default_factory=dict)
    stills: Mapping[str, tuple[bytes, ...] | Untold] = field(default_factory=dict, repr=False)


def asked(ask: Callable[[], T]) -> T | Untold:
    """What `ask` returns, or why the recorder withholds it. Everything else that goes wrong is raised."""
    try:
        return ask()
    except WithheldError as error:
        return Untold(error.message)
