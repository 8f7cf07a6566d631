"""A VLAN that a port carries exists: frames of one that does not are dropped without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muhtar.network.lint.rule import Rule, defined

__all__ = ["RULE"]


def _numbers(text: str) -> Iterator[str]:
    """`10,20-22` (Cisco) and `10 20 to 22` (VRP), one by one; words such as `all` and `none` name no VLAN."""
    for part in re.sub(r"\s+to\s+", "-", text).replace(",", " ").split():
        first, _, last = part.partition("-")
        if first.isdigit():
            yield from (str(number) for number in range(int(first), int(last or first) + 1))


_PORTS = (
    r".*> switchport access vlan (?P<name>\d+)",
    r".*> switchport voice vlan (?P<name>\d+)",
    r".*> switchport trunk native vlan (?P<name>\d+)",
    r".*> switchport trunk allowed vlan (?:add )?(?P<name>[\d,-]+)",
    r"interface [Vv]lan ?(?P<name>\d+)$",
)
_CISCO = defined(uses=_PORTS, definitions=(r"vlan (?P<name>[\d,-]+)$",), names=_numbers, known=("1",))

RULE = Rule(
    "undefined_vlan",
    wanted="every VLAN that a port carries exists on the device",
    mend="add it to network_vlans, or take it off the port",
    judges={
        "ios": _CISCO,
        "eos": _CISCO,
        "nxos": _CISCO,
        "junos": defined(
            uses=(r"interfaces .*\bvlan members (?P<name>\S+)",),
            definitions=(r"vlans (?P<name>\S+) ", r"vlans \S+ vlan-id (?P<name>\d+)"),
        ),
        "vrp": defined(
            uses=(
                r".*> port default vlan (?P<name>\d+)",
                r".*> port trunk pvid vlan (?P<name>\d+)",
                r".*> port trunk allow-pass vlan (?P<name>[\d to]+)$",
                r"interface Vlanif(?P<name>\d+)",
            ),
            definitions=(r"vlan (?:batch )?(?P<name>[\d to]+)$",),
            names=_numbers,
            known=("1",),
        ),
        # Routers of ours carry no VLANs, and FRR configures none: the operating system does.
    },
    cannot={
        "frr": "VLANs are the operating system's",
        "procurve": "ports are named within the VLAN itself, so none can be undefined",
    },
    variables=("network_vlans", "network_interfaces"),
)
