"""The inventory: one reading of hosts, groups, variables and vault, by ansible-core's own loader, for everybody."""

from muhtar.inventory.model import Inventory, LazyVars, Origin, Target
from muhtar.inventory.shard import Shard, default_shard

__all__ = ["Inventory", "LazyVars", "Origin", "Shard", "Target", "default_shard"]
