"""Which targets are network devices."""

from __future__ import annotations

from muhtar.inventory import Inventory, Target

__all__ = ["GROUP", "devices"]

GROUP = "network"


def devices(inventory: Inventory, limit: str | None, shard: str | None) -> list[Target]:
    """The selected members of the group `network`. Raises InventoryError where there are none."""
    return inventory.select(limit, shard, group=GROUP)
