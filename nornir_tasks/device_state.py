"""What is up on a network device, read before a change and after it: what was up must be up again."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from nornir_tasks.connections.napalm import LOST

__all__ = ["DeviceState", "read_state"]

log = logging.getLogger(__name__)
INTERFACE, BGP, OSPF, LLDP = "interface", "BGP neighbour", "OSPF neighbour", "LLDP neighbour"
# `show ip ospf neighbor` as IOS, EOS and NX-OS print it: the neighbour's id, ... FULL ..., the interface.
_OSPF_ROW = re.compile(r"(?m)^\s*(\d+\.\d+\.\d+\.\d+)\s.*\bFULL\b.*\s(\S+)\s*$")
# Where routing is configured by lines that begin so, a configuration without them has no neighbours to ask for.
_IOS_LIKE = frozenset({"frr", "eos", "ios", "nxos", "nxos_ssh"})


@dataclass(frozen=True)
class DeviceState:
    """Things that are `up`, by words such as `BGP neighbour 10.0.12.2`.

    `down` are those that are there, are meant to be up, and are not. `kinds` are the kinds that could be read. `behind` tells the
    interface that a neighbour is seen on.
    """

    up: frozenset[str] = frozenset()
    down: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    behind: dict[str, str] = field(default_factory=dict)

    def lost(self, after: DeviceState, expected: Iterable[str] = ()) -> list[str]:
        """What was up and is not up in `after`, in order of the words.

        What the change itself took away is no loss: an interface that is shut down or gone, a BGP neighbour that is no longer
        configured, and neighbours on interfaces that are not up any more for such a reason. `expected` are further patterns
        (`LLDP*`) of what may go.
        """
        gone = [item for item in self.up - after.up if not any(fnmatchcase(item, pattern) for pattern in expected)]
        return sorted(item for item in gone if self._counts(item, after))

    def _counts(self, item: str, after: DeviceState) -> bool:
        kind = next(kind for kind in (INTERFACE, BGP, OSPF, LLDP) if item.startswith(kind))
        if kind not in after.kinds:
            return True
        if kind in {INTERFACE, BGP}:
            return item in after.down
        carrier = f"{INTERFACE} {self.behind.get(item, '')}"
        return carrier not in self.up or carrier in after.up or carrier in after.down


def read_state(device: Any, platform: str | None, running: str) -> DeviceState:
    """Interfaces, BGP, OSPF and LLDP neighbours over an open NAPALM session.

    `running` is the running configuration: a protocol that it does not have is not asked for. A kind that the driver cannot
    read is left out of `kinds`. Raises what means that the session is lost, and nothing else.
    """
    up: set[str] = set()
    down: set[str] = set()
    kinds: set[str] = set()
    behind: dict[str, str] = {}
    for kind, read in _READERS.items():
        if not _configured(kind, platform, running):
            kinds.add(kind)
            continue
        try:
            found = list(read(device, platform))
        except LOST:
            raise
        except Exception as error:  # noqa: BLE001 - drivers raise what they like; a getter that fails must not stop a change
            log.info("%s cannot be read: %s: %s", kind, type(error).__name__, error)
            continue
        kinds.add(kind)
        for name, is_up, interface in found:
            (up if is_up else down).add(f"{kind} {name}")
            if interface:
                behind[f"{kind} {name}"] = interface
    return DeviceState(frozenset(up), frozenset(down), frozenset(kinds), behind)


def _configured(kind: str, platform: str | None, running: str) -> bool:
    words = {BGP: "router bgp", OSPF: "router ospf"}.get(kind)
    return platform not in _IOS_LIKE or words is None or any(line.startswith(words) for line in running.splitlines())


# (name, whether it is up, the interface that it is seen on); what is meant to be down is left out.
Found = tuple[str, bool, str]


def _interfaces(device: Any, platform: str | None) -> Iterator[Found]:
    del platform
    for name, about in device.get_interfaces().items():
        if about["is_enabled"]:
            yield name, bool(about["is_up"]), ""


def _bgp(device: Any, platform: str | None) -> Iterator[Found]:
    del platform
    for vrf, about in device.get_bgp_neighbors().items():
        for peer, state in about["peers"].items():
            if state["is_enabled"]:
                yield peer if vrf == "global" else f"{peer} in {vrf}", bool(state["is_up"]), ""


def _ospf(device: Any, platform: str | None) -> Iterator[Found]:
    if platform == "frr":
        command = "show ip ospf vrf all neighbor json"
        yield from _ospf_of_frr(json.loads(device.cli([command])[command] or "{}"))
        return
    if platform not in _IOS_LIKE:
        raise NotImplementedError(f"nobody has written down how {platform} shows OSPF neighbours")
    command = "show ip ospf neighbor"
    for name, interface in _OSPF_ROW.findall(device.cli([command])[command]):
        yield f"{name} on {interface}", True, interface


def _ospf_of_frr(said: dict[str, Any]) -> Iterator[Found]:
    """From `show ip ospf vrf all neighbor json`: per VRF, or at once where there is only the default one."""
    for key, about in said.items():
        if key != "neighbors":
            if isinstance(about, dict):
                yield from _ospf_of_frr(about)
            continue
        for name, adjacencies in about.items():
            for adjacency in adjacencies:
                interface = str(adjacency.get("ifaceName", "")).partition(":")[0]
                state = str(adjacency.get("nbrState") or adjacency.get("state") or "")
                if state.startswith("Full"):
                    yield f"{name} on {interface}", True, interface


def _lldp(device: Any, platform: str | None) -> Iterator[Found]:
    del platform
    for interface, neighbours in device.get_lldp_neighbors().items():
        for neighbour in neighbours:
            yield f"{neighbour['hostname']} on {interface}", True, interface


_READERS: dict[str, Callable[[Any, str | None], Iterator[Found]]] = {
    INTERFACE: _interfaces,
    BGP: _bgp,
    OSPF: _ospf,
    LLDP: _lldp,
}
