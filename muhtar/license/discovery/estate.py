"""What all looks together say of a product on a day: which hosts have it, and of which hosts nobody can say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from muhtar.license.discovery.products import Catalogue, Product
from muhtar.license.discovery.record import GROUPS, Look, LookKind, Looks, Sample, path, read
from muhtar.settings import Site

__all__ = ["Estate", "Standing"]


@dataclass(frozen=True)
class Standing:
    """Where a product is: `on` the hosts that have it, `unknown` the hosts of which nobody can say, each with the reason.

    `oldest` is the moment of the oldest look that was listened to.
    """

    on: tuple[str, ...]
    unknown: Mapping[str, str]
    oldest: datetime | None


@dataclass
class Estate:
    """The looks at all hosts, as they are good for the moment `moment`: younger than `limit`, and not of later.

    `groups` are the inventory's; a host is expected to be looked at as its groups say (`record.GROUPS`).
    """

    catalogue: Catalogue
    groups: Mapping[str, Sequence[str]]
    known: Mapping[str, Looks]
    moment: datetime
    limit: timedelta
    _means: dict[tuple[str, LookKind], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, groups: Mapping[str, Sequence[str]], day: date) -> Estate | None:
        """All that is known, as of the end of a day; None before anything was looked at.

        A day to come is judged by what is known today. Raises RegisterError for mistakes in the site's products,
        InventoryError for a document that is not ours.
        """
        if not any(path(site).glob("*.json")):
            return None
        end = datetime.combine(day, time.max, ZoneInfo(site.settings["timezone"])).astimezone(UTC)
        hosts = {host for group in GROUPS.values() for host in groups.get(group, ())}
        known = {host: read(site, host) for host in sorted(hosts)}
        limit = timedelta(days=float(site.settings["discovery_days"]))
        return cls(Catalogue.of(site), groups, known, min(end, datetime.now(UTC)), limit)

    def good(self, host: str, kind: LookKind) -> Look | None:
        """The look of that kind at a host, if it is good for the moment."""
        look = self.known.get(host, {}).get(kind)
        return look if look is not None and timedelta() <= self.moment - look.seen <= self.limit else None

    def expected(self, looks: Iterable[LookKind]) -> list[str]:
        """The hosts at which one of these looks is due, sorted."""
        return sorted({host for kind in looks for host in self.groups.get(GROUPS[kind], ())})

    def standing(self, product: Product, within: Collection[str] | None = None) -> Standing:
        """Where a product is. `within`: these hosts alone count, and nobody can say of those at which no look is due."""
        due = self.expected(product.looks)
        hosts = due if within is None else sorted(within)
        on: list[str] = []
        unknown: dict[str, str] = {}
        heard: list[datetime] = []
        for host in hosts:
            kinds = [kind for kind in product.looks if host in self._members[kind]]
            looks = {kind: self.good(host, kind) for kind in kinds}
            heard += [look.seen for look in looks.values() if look is not None]
            if any(product.id in self._products(host, kind) for kind, look in looks.items() if look is not None):
                on.append(host)
            elif not kinds:
                unknown[host] = "no look for it is made there"
            elif missing := [kind for kind, look in looks.items() if look is None]:
                unknown[host] = self.why_not(host, missing[0])
            elif untold := [kind for look in looks.values() if look for kind in look.untold if kind in product.kinds]:
                unknown[host] = f"it does not tell its {untold[0]}s"
        return Standing(tuple(on), unknown, min(heard, default=None))

    def why_not(self, host: str, kind: LookKind) -> str:
        """Why there is no good look of that kind at the host."""
        look = self.known.get(host, {}).get(kind)
        if look is None:
            return "never looked at"
        if look.seen > self.moment:
            return f"first looked at on {look.seen:%Y-%m-%d}"
        return f"last looked at on {look.seen:%Y-%m-%d}, {(self.moment - look.seen).days} days before"

    def samples(self, host: str) -> list[Sample]:
        """What was seen of a PBX's calls within the limit."""
        look = self.known.get(host, {}).get("pbx")
        return [one for one in look.samples if timedelta() <= self.moment - one.at <= self.limit] if look else []

    @cached_property
    def _members(self) -> dict[LookKind, frozenset[str]]:
        return {kind: frozenset(self.groups.get(group, ())) for kind, group in GROUPS.items()}

    def _products(self, host: str, kind: LookKind) -> frozenset[str]:
        if (host, kind) not in self._means:
            self._means[host, kind] = self.catalogue.among(self.known[host][kind].items)
        return self._means[host, kind]
