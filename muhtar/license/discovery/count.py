"""How many of a license are in use, as discovery knows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from muhtar.license.discovery.estate import Estate, Standing
from muhtar.license.discovery.record import Sample
from muhtar.license.register import BY_HAND, Covers, License
from muhtar.license.usage import ByInventory, Unknown, Used
from muhtar.outcome import Status
from muhtar.words import count, some

__all__ = ["DAYS_OF_CALLS", "ByDiscovery"]

DAYS_OF_CALLS = 3
"""Calls come and go: on so many days must a PBX have been looked at before its busiest moment is believed."""

_NAMED = 5
_HOSTS = frozenset({"seat", "device"})
_CALLS = frozenset({"channel", "concurrent_call"})


@dataclass
class ByDiscovery:
    """One for each host that has the product (seat, device), or what was counted on those hosts (core, socket, camera, calls).

    Licenses of one product, metric and cover that are in force together on `day` share it: each in the register's order as
    much as it has, the last one all the rest.
    """

    estate: Estate | None
    inventory: ByInventory
    licenses: Sequence[License]
    day: date
    _tied: dict[tuple[str, str, Covers | None], list[License]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.licenses:
            if entry.discovered:
                self._tied.setdefault((entry.discovered, entry.metric, entry.covers), []).append(entry)

    def of(self, entry: License) -> Used | Unknown | None:
        """None for a license that names no product. What is over already is told even where some hosts are not known."""
        if entry.discovered is None or entry.metric in BY_HAND:
            return None
        within = self.inventory.covered(entry.covers) if entry.covers else None
        if isinstance(within, Unknown):
            return within
        if self.estate is None:
            return Unknown(Status.UNCHECKED, "nobody has looked yet what is in use", "./inv license.discover")
        standing = self.estate.standing(self.estate.catalogue.products[entry.discovered], within)
        number, unknown = _number(self.estate, entry.metric, standing)
        source = _source(self.estate, number, entry.metric, standing)
        sharing = self._sharing(entry)
        if not unknown or number > sum(one.quantity for one in sharing):
            if len(sharing) > 1:
                source += f"; {number} in all, shared by {some([one.id for one in sharing], _NAMED)}"
            return Used(_share(entry, sharing, number), source)
        hosts = [f"{host} ({why})" for host, why in unknown.items()]
        return Unknown(
            Status.UNCHECKED,
            f"at least {number}, {source}; not known: {some(hosts, _NAMED)}",
            f"./inv license.discover --limit {','.join(list(unknown)[:_NAMED])}",
        )

    def _sharing(self, entry: License) -> list[License]:
        """The licenses that share what is found, this one among them. One that renews another is not beside it, but after it."""
        tied = self._tied.get((str(entry.discovered), entry.metric, entry.covers), [])
        beside = entry.in_force(self.day)
        return [
            one
            for one in tied
            if one.id == entry.id or (beside and one.in_force(self.day) and one.renews != entry.id and entry.renews != one.id)
        ] or [entry]


def _share(entry: License, sharing: Sequence[License], number: int) -> int:
    """What is left for the license after those before it."""
    place = next(place for place, one in enumerate(sharing) if one.id == entry.id)
    left = max(number - sum(one.quantity for one in sharing[:place]), 0)
    return left if place == len(sharing) - 1 else min(left, entry.quantity)


def _number(estate: Estate, metric: str, standing: Standing) -> tuple[int, dict[str, str]]:
    """How many, and on which hosts more of them may be."""
    unknown = dict(standing.unknown)
    if metric in _HOSTS:
        return len(standing.on), unknown
    number = 0
    for host in standing.on:
        if metric in _CALLS:
            samples = estate.samples(host)
            number += max((getattr(sample, metric) for sample in samples), default=0)
            if (days := _days(samples)) < DAYS_OF_CALLS:
                unknown[host] = f"its calls were seen on {count(days, 'day')}, {DAYS_OF_CALLS} are needed"
            continue
        look = estate.good(host, "video" if metric == "camera" else "system")
        counted = look.counts.get(metric) if look else None  # type: ignore[call-overload]
        if counted is None:
            unknown[host] = f"its {metric}s are not known"
        number += counted or 0
    return number, unknown


def _source(estate: Estate, number: int, metric: str, standing: Standing) -> str:
    where = f"on {some(standing.on, _NAMED)}" if standing.on else "on no host"
    what = "" if metric in _HOSTS else f"{count(number, metric.replace('_', ' '))} "
    if metric in _CALLS:
        what = f"{what}at the busiest moment seen "
    if standing.oldest is None:
        return f"{what}{where}"
    age = (estate.moment - standing.oldest).days
    return f"{what}{where}; oldest look {standing.oldest:%Y-%m-%d}, {count(age, 'day')} ago"


def _days(samples: Iterable[Sample]) -> int:
    return len({sample.at.date() for sample in samples})
