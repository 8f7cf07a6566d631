"""Which part of a repository's data is read next, so that all of it is read within the declared number of days.

The data is divided into parts by the packs' names, a part a day and one day to spare. Who missed days reads more at once. Kept
in the history, part by part: a check that is killed takes nothing from those before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from muhtar.doors.restic.argv import MAX_PARTS

__all__ = ["PREFIX", "Rota", "key_of", "share_of"]

PREFIX = "backup.check/"


def key_of(keeper: str, name: str) -> str:
    """Under what the history keeps how far the repository `name` is read; `keeper` is the name of its server in the policy."""
    return f"{PREFIX}{keeper}/{name}"


def share_of(text: str) -> float:
    """How much of a repository was ever read, 0 to 1, by what the history keeps of it."""
    if not text:
        return 0.0
    kept = json.loads(text)
    return len(kept["read"]) / _parts(int(kept["days"]))


@dataclass
class Rota:
    """How far the reading of one repository is: `begun` is when every pack was last known to be read, or the first check."""

    days: int
    begun: datetime
    read: dict[int, datetime] = field(default_factory=dict)
    damaged: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, text: str | None, days: int, now: datetime) -> Rota:
        """What was kept. Where the number of days was changed since, the reading begins anew, but not its clock."""
        if not text:
            return cls(days, now)
        kept = json.loads(text)
        moments = {int(part): datetime.fromisoformat(moment) for part, moment in kept["read"].items()}
        # What a wrong clock read "in the future" would else never be read again.
        read = {part: moment for part, moment in moments.items() if moment <= now}
        old = cls(int(kept["days"]), min(now, datetime.fromisoformat(kept["begun"])), read, set(kept["damaged"]))
        if old.days == days:
            return old
        new = cls(days, old.since)
        # Damage that was found stays to be looked at, wherever its packs are counted now.
        new.damaged = set(range(1, new.parts + 1)) if old.damaged else set()
        return new

    def text(self) -> str:
        """To be kept."""
        read = {str(part): moment.isoformat() for part, moment in sorted(self.read.items())}
        return json.dumps({"days": self.days, "begun": self.begun.isoformat(), "read": read, "damaged": sorted(self.damaged)})

    @property
    def parts(self) -> int:
        """How many parts the data has. One day less than declared, so that one may be missed."""
        return _parts(self.days)

    @property
    def since(self) -> datetime:
        """All data that is older has been read since then."""
        return min(self.read.values()) if len(self.read) == self.parts else self.begun

    @property
    def share(self) -> float:
        """How much was ever read, 0 to 1."""
        return len(self.read) / self.parts

    def due(self, now: datetime) -> list[int]:
        """The parts to read now: what was found damaged, then as many in turn as time has gone by, at least one."""
        order = sorted(range(1, self.parts + 1), key=lambda part: (self.read.get(part, datetime.min.replace(tzinfo=UTC)), part))
        slot = timedelta(days=self.days) / (self.parts + 1)
        last = max(self.read.values(), default=None)
        many = max(1, round((now - last) / slot)) if last else 1
        return list(dict.fromkeys([*sorted(self.damaged), *order[:many]]))

    def overdue(self, now: datetime) -> list[int]:
        """The parts that were not read within the declared days."""
        limit = now - timedelta(days=self.days)
        return [part for part in range(1, self.parts + 1) if self.read.get(part, self.begun) < limit]

    def was_read(self, part: int, now: datetime, *, whole: bool) -> None:
        """Note that a part was read, and whether it was whole."""
        self.read[part] = now
        if whole:
            self.damaged.discard(part)
        else:
            self.damaged.add(part)


def _parts(days: int) -> int:
    return min(MAX_PARTS, max(1, days - 1))
