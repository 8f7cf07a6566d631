"""Who devices see over LLDP, whether the inventory knows them, and the picture that this makes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.topology import Kind, Link, Node, Topology

__all__ = ["IGNORE", "Seen", "ignored", "picture", "seen", "strangers"]

IGNORE = "network_lldp_ignore"


@dataclass(frozen=True)
class Seen:
    """A neighbour: the port it is seen on, its name (without domain, as the inventory spells it if it is there), its port."""

    port: str
    name: str
    their_port: str
    known: bool


def seen(lldp: Mapping[str, Iterable[Mapping[str, Any]]], inventory: Inventory) -> list[Seen]:
    """NAPALM's `get_lldp_neighbors` of a device, sorted by port and name."""
    names = {host.partition(".")[0].casefold(): host for host in inventory.hosts}
    found = []
    for port, neighbors in lldp.items():
        for neighbor in neighbors:
            said = str(neighbor["hostname"]) or "?"
            # A name may hold dots because it has a domain, or because it is an address or a MAC address of Cisco's.
            short = said if said.replace(".", "").replace(":", "").isalnum() and said[0].isdigit() else said.partition(".")[0]
            host = names.get(short.casefold())
            found.append(Seen(str(port), host or short, str(neighbor["port"]), host is not None))
    return sorted(found, key=lambda one: (one.port, one.name, one.their_port))


def ignored(target: Target) -> tuple[str, ...]:
    """Patterns of names that need not be in the inventory: telephones, access points. Raises InventoryError otherwise."""
    given = target.vars.get(IGNORE) or []
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        origin = target.origin(IGNORE)
        raise InventoryError(
            "must be a list of patterns",
            path=origin.relative if origin else None,
            line=origin.line if origin else None,
            key=IGNORE,
            mend=f'write {IGNORE}: ["SEP*"]',
        )
    return tuple(given)


def strangers(neighbors: Iterable[Seen], patterns: Iterable[str]) -> list[Seen]:
    """Those that the inventory does not know and nobody said to ignore."""
    allowed = tuple(patterns)
    return [one for one in neighbors if not one.known and not any(fnmatchcase(one.name, pattern) for pattern in allowed)]


def picture(
    asked: Iterable[Target], told: Mapping[str, list[Seen]], inventory: Inventory, patterns: Mapping[str, tuple[str, ...]]
) -> Topology:
    """The devices that were asked, whom they see (but for those ignored), and the cables between them."""
    devices = {target.name: target for target in asked}
    nodes = [
        Node(name=name, kind=Kind.ASKED if name in told else Kind.SILENT, label=one.platform or "")
        for name, one in devices.items()
    ]
    links = []
    for name, neighbors in told.items():
        shown = {one.name for one in strangers(neighbors, patterns.get(name, ()))}
        for one in neighbors:
            if one.known and one.name not in devices:
                nodes.append(Node(name=one.name, kind=Kind.KNOWN, label=inventory.target(one.name).platform or ""))
            elif not one.known and one.name in shown:
                nodes.append(Node(name=one.name, kind=Kind.UNKNOWN))
            elif not one.known:
                continue
            links.append(Link.between((name, one.port), (one.name, one.their_port)))
    return Topology.of(nodes, links)
