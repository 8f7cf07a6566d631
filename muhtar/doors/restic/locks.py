"""A lock of a repository, as restic writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muhtar.errors import DoorError

__all__ = ["STALE_AFTER", "Lock", "lock"]

# restic renews its lock every five minutes, and takes one for stale that was not renewed for half an hour.
STALE_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Lock:
    """Who holds a repository: process `pid` of `user` on the machine that calls itself `host`, as of `time` (UTC)."""

    id: str
    time: datetime
    exclusive: bool
    host: str
    user: str
    pid: int

    def __str__(self) -> str:
        kind = "alone" if self.exclusive else "with others"
        return f"process {self.pid} of {self.user}@{self.host}, {kind}, since {self.time:%Y-%m-%d %H:%M} UTC"

    def old(self, now: datetime) -> bool:
        """Nobody renewed it for so long that restic itself takes its holder for dead."""
        return now - self.time > STALE_AFTER


def lock(identifier: str, stdout: str) -> Lock:
    """The lock that `restic cat lock` shows. Raises DoorError where that is not understood."""
    try:
        found = json.loads(stdout)
        return Lock(
            id=identifier,
            time=datetime.fromisoformat(found["time"]).astimezone(UTC),
            exclusive=bool(found.get("exclusive")),
            host=str(found["hostname"]),
            user=str(found.get("username", "")),
            pid=int(found["pid"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DoorError(f"restic's lock {identifier[:8]} is not understood: {error!r}", mend="see the log") from error
