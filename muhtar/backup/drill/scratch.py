"""Scratch hosts: those of the inventory's group `drill`. A drill writes on no other host, ever."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from muhtar.backup.plan import reach
from muhtar.backup.sources.base import Machine
from muhtar.errors import DoorError, InventoryError, MuhtarError, ProcessTimeoutError, UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.settings import locked

__all__ = ["GROUP", "NoScratchError", "Scratch", "Tool"]

GROUP = "drill"
Tool = Literal["postgresql", "asterisk", "mariadb"]
_WAIT = 3600.0
# Prints each tool that a drill could use here. Asterisk needs a network of its own, or it would register with the provider.
_PROBE = """
for found in /usr/lib/postgresql/*/bin/initdb; do [ -x "$found" ] && echo postgresql && break; done
command -v asterisk >/dev/null && unshare --net true 2>/dev/null && echo asterisk
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null && echo mariadb
true
"""


class NoScratchError(UnreachableError):
    """There is no scratch host that could do it: nobody could look."""


class Scratch:
    """The scratch hosts. Each serves one drill at a time."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        self._machines = machines
        self._tools: dict[str, frozenset[str] | MuhtarError] = {}
        self._asking = threading.Lock()

    @classmethod
    def of(cls, inventory: Inventory, drilled: Iterable[Target]) -> Scratch:
        """Those of the inventory, if it has any. Raises InventoryError for one that is anything else but scratch."""
        names = inventory.groups.get(GROUP, ())
        targets = [inventory.target(name) for name in names]
        addresses = {target.address: target.name for target in drilled}
        for target in targets:
            _refuse(target, inventory, addresses)
        return cls([Machine(one.name, reach(inventory.site, one)) for one in targets])

    @contextmanager
    def host(self, tool: Tool) -> Iterator[Machine]:
        """A scratch host with that tool, for us alone meanwhile. Raises NoScratchError."""
        machine = self._find(tool)
        with locked(f"drill-{machine.name}", wait=_WAIT):
            yield machine

    def _find(self, tool: Tool) -> Machine:
        mend = f"put a machine with it, of no other use, into the group {GROUP} (docs/drills.md)"
        if not self._machines:
            raise NoScratchError(f"there is no scratch host to try {tool} on", mend=mend)
        with self._asking:
            for machine in self._machines:
                if machine.name not in self._tools:
                    self._tools[machine.name] = _tools(machine)
                found = self._tools[machine.name]
                if isinstance(found, frozenset) and tool in found:
                    return machine
        lost = [str(found.message) for found in self._tools.values() if isinstance(found, MuhtarError)]
        names = ", ".join(machine.name for machine in self._machines)
        raise NoScratchError("; ".join([f"no scratch host among {names} can try {tool}", *lost]), mend=mend)


def _tools(machine: Machine) -> frozenset[str] | MuhtarError:
    try:
        return frozenset(machine.read(["sh", "-c", _PROBE], seconds=30).split())
    except (DoorError, UnreachableError, ProcessTimeoutError) as error:
        return error


def _refuse(target: Target, inventory: Inventory, addresses: dict[str, str]) -> None:
    others = sorted(group for group in target.groups if group not in (GROUP, "ungrouped") and not group.startswith(f"{GROUP}_"))
    if others:
        raise InventoryError(
            f"{target.name} is in {', '.join(others)} too: a drill does not write on a host in use",
            path=inventory.site.hosts_file,
            mend=f"a host of the group {GROUP} is in no other group",
        )
    if target.address in addresses:
        raise InventoryError(
            f"{target.name} has the address of {addresses[target.address]}: a drill does not write on a host in use",
            path=inventory.site.hosts_file,
            mend=f"give the group {GROUP} machines of its own",
        )
