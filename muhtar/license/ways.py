"""All ways of knowing how many of a license are in use, in the order in which they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from muhtar.inventory import Inventory
from muhtar.license.discovery.count import ByDiscovery
from muhtar.license.discovery.estate import Estate
from muhtar.license.register import License
from muhtar.license.usage import ByHand, ByInventory, Unknown, Used, used
from muhtar.settings import Site

__all__ = ["Ways"]


@dataclass(frozen=True)
class Ways:
    """What is known on a day: by discovery (`estate`; None where nobody has looked), by the inventory (`hosts`), by hand."""

    estate: Estate | None
    hosts: ByInventory
    day: date

    @classmethod
    def of(cls, site: Site, inventory: Inventory, day: date) -> Ways:
        """Of a site."""
        return cls(Estate.of(site, inventory.groups, day), ByInventory(inventory.groups, inventory.hosts), day)

    def used(self, entry: License) -> Used | Unknown | None:
        """The first answer; None where nothing is to be counted."""
        return used(entry, (ByDiscovery(self.estate, self.hosts), self.hosts, ByHand(self.day)))
