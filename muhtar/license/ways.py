"""All ways of knowing how many of a license are in use, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from muhtar.inventory import Inventory
from muhtar.license.discovery.count import ByDiscovery
from muhtar.license.discovery.estate import Estate
from muhtar.license.register import License
from muhtar.license.usage import ByHand, ByInventory, Unknown, Usage, Used, used
from muhtar.settings import Site

__all__ = ["Ways"]


@dataclass(frozen=True)
class Ways:
    """What is known on a day: by discovery (`estate`; None where nobody has looked), by the inventory (`hosts`), by hand."""

    estate: Estate | None
    hosts: ByInventory
    _asked: tuple[Usage, ...]

    @classmethod
    def of(cls, site: Site, inventory: Inventory, licenses: Sequence[License], day: date) -> Ways:
        """Of a site and all of its licenses: those of one product share what is found of it."""
        estate = Estate.of(site, inventory.groups, day)
        hosts = ByInventory(inventory.groups, inventory.hosts)
        return cls(estate, hosts, (ByDiscovery(estate, hosts, licenses, day), hosts, ByHand(day)))

    def used(self, entry: License) -> Used | Unknown | None:
        """The first answer; None where nothing is to be counted."""
        return used(entry, self._asked)
