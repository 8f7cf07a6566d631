"""Which roles a host has, as the playbooks say it, and what each of them says is its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory
from muhtar.settings import ROOT

__all__ = ["owned_by", "roles_of"]

PLAYBOOK = ROOT / "playbooks" / "site.yml"
ROLES = ROOT / "roles"


def roles_of(inventory: Inventory, playbook: Path = PLAYBOOK) -> dict[str, list[str]]:
    """The roles of each host, in the order in which they run. Raises InventoryError for a playbook that cannot be read."""
    found: dict[str, list[str]] = {name: [] for name in inventory.hosts}
    for play in _plays(playbook):
        try:
            hosts = inventory.select(str(play["hosts"]))
        except InventoryError:
            # A town without such hosts: Ansible passes the play over, too.
            continue
        for role in play.get("roles") or []:
            name = role if isinstance(role, str) else str(role.get("role", role.get("name")))
            for host in hosts:
                if name not in found[host.name]:
                    found[host.name].append(name)
    return found


def owned_by(role: str, inventory: Inventory, host: str) -> Any:
    """What role `role` says that it brings to the host: its variable `__<role>_owns`, templated; None where it says nothing."""
    return inventory.of_role(host, ROLES / role, f"__{role}_owns")


def _plays(playbook: Path) -> Iterator[dict[str, Any]]:
    try:
        plays = yaml.safe_load(playbook.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InventoryError(f"cannot be read: {error}", path=playbook, mend="./inv lint says more") from error
    for play in plays or []:
        other = play.get("ansible.builtin.import_playbook", play.get("import_playbook"))
        if other:
            yield from _plays(playbook.parent / str(other))
        elif "hosts" in play:
            yield play
