"""How many of a license are in use, as far as anybody knows. Each way of knowing is a `Usage`; the first that knows is heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from muhtar.license.register import BY_HOSTS, Covers, License
from muhtar.outcome import Status
from muhtar.words import count

__all__ = ["ByHand", "ByInventory", "Unknown", "Usage", "Used", "used"]

# A count by hand holds for a year: what is bought is budgeted yearly.
_KEEPS = timedelta(days=365)


@dataclass(frozen=True)
class Used:
    """So many are in use; `source` says who knows it: `6 hosts in the inventory`."""

    number: int
    source: str


@dataclass(frozen=True)
class Unknown:
    """Nobody knows: `status` is unchecked (nobody looked) or error (the register asks for what is not there)."""

    status: Status
    why: str
    mend: str


class Usage(Protocol):
    """A way of knowing how many of a license are in use."""

    def of(self, entry: License) -> Used | Unknown | None:
        """What it knows of a license; None where it is not its affair."""


@dataclass
class ByInventory:
    """One for each host that the license covers, however many of its groups the host is in. `groups`: name → hosts."""

    groups: Mapping[str, tuple[str, ...]]
    hosts: Sequence[str]
    _known: frozenset[str] = field(init=False)
    _covered: dict[Covers, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = frozenset(self.hosts)

    def of(self, entry: License) -> Used | Unknown | None:
        """A group or host that the inventory lacks makes the count worthless, and so an error."""
        if entry.covers is None:
            return None
        hosts = self.covered(entry.covers)
        if isinstance(hosts, Unknown):
            return hosts
        return Used(len(hosts), f"{count(len(hosts), 'host')} in the inventory") if entry.metric in BY_HOSTS else None

    def covered(self, covers: Covers) -> frozenset[str] | Unknown:
        """The hosts that are covered, each once; an error where the inventory lacks one."""
        lost = [f"group {name!r}" for name in covers.groups if name not in self.groups and name != "all"]
        lost += [f"host {name!r}" for name in covers.hosts if name not in self._known]
        if lost:
            return Unknown(
                Status.ERROR,
                f"the inventory has no {' and no '.join(lost)}",
                "correct `covers` in the register: ./inv inventory.graph shows groups and hosts",
            )
        if covers not in self._covered:
            groups = (self._known if name == "all" else self.groups[name] for name in covers.groups)
            self._covered[covers] = frozenset(covers.hosts).union(*groups)
        return self._covered[covers]


@dataclass(frozen=True)
class ByHand:
    """What the register says that somebody counted, as long as that is not too old on `day`."""

    day: date

    def of(self, entry: License) -> Used | Unknown | None:
        """A count of a later day, or one of more than a year ago, says nothing of `day`."""
        counted = entry.counted
        if counted is None:
            return None
        if not counted.on <= self.day <= counted.on + _KEEPS:
            return Unknown(
                Status.UNCHECKED,
                f"the last count is of {counted.on}" + (", more than a year ago" if counted.on < self.day else ""),
                f"count again ({counted.by}) and correct `counted` in the register",
            )
        return Used(counted.used, f"{counted.used} counted on {counted.on}, {counted.by}")


def used(entry: License, ways: Sequence[Usage]) -> Used | Unknown | None:
    """The first answer; None where nothing is to be counted: a subscription of the whole institution."""
    for way in ways:
        if (answer := way.of(entry)) is not None:
            return answer
    if entry.metric == "subscription":
        return None
    return Unknown(
        Status.UNCHECKED,
        f"nobody counted how many {entry.metric.replace('_', ' ')}s are in use",
        "count them, and write it into the register: counted: {used: 12, on: 2026-11-01, by: who or which screen}",
    )
