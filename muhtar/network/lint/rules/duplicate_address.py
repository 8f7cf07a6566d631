"""No address twice: not on two interfaces of a device, not on two devices."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from muhtar.network.lint.rule import Hit, Judge, Rule
from muhtar.network.lint.text import Config, Line

__all__ = ["RULE"]

# Where a device says its own addresses. Those that several devices share on purpose (virtual, standby, VRRP) have other words.
_INDENTED = (
    r"interface (?P<interface>[^>]+) > ip address (?P<name>\d+\.\d+\.\d+\.\d+)",
    r"interface (?P<interface>[^>]+) > ipv6 address (?P<name>[0-9A-Fa-f:]+:[0-9A-Fa-f:]*)(?:[/ ]|$)",
)
_PATTERNS: Mapping[str, Sequence[str]] = {
    "ios": _INDENTED,
    "eos": _INDENTED,
    "nxos": _INDENTED,
    "frr": _INDENTED,
    "vrp": _INDENTED,
    "procurve": (r"vlan (?P<interface>\d+) > ip address (?P<name>\d+\.\d+\.\d+\.\d+)",),
    "junos": (r"interfaces (?P<interface>\S+ unit \S+) family inet6? address (?P<name>[0-9A-Fa-f.:]+)",),
    "routeros": (r"/ip(?:v6)? address > add (?=.*interface=(?P<interface>\S+)).*\baddress=(?P<name>[0-9A-Fa-f.:]+)",),
    "fortios": (r"config system interface > edit (?P<interface>\S+) > set ip (?P<name>\d+\.\d+\.\d+\.\d+)",),
}
_VRF = r"interface (?P<interface>[^>]+) > (?:ip )?(?:vrf (?:forwarding |member )?|ip binding vpn-instance )(?P<name>\S+)$"


@dataclass(frozen=True)
class _Address:
    device: str
    interface: str
    vrf: str
    value: ipaddress.IPv4Address | ipaddress.IPv6Address
    line: Line


def _addresses(config: Config) -> Iterator[_Address]:
    """The device's own addresses; the same one in another VRF is another address. Link-local ones may repeat."""
    vrfs = {found["interface"]: found["name"] for _, found in config.find(_VRF)}
    for pattern in _PATTERNS.get(config.platform, ()):
        for line, found in config.find(pattern):
            try:
                value = ipaddress.ip_address(found["name"])
            except ValueError:
                continue
            if not (value.is_link_local or value.is_loopback or value.is_unspecified):
                interface = found["interface"].strip('"')
                yield _Address(config.device, interface, vrfs.get(interface, ""), value, line)


def _within(config: Config) -> list[Hit]:
    first: dict[tuple[object, ...], _Address] = {}
    hits: list[Hit] = []
    for address in _addresses(config):
        before = first.setdefault((address.vrf, address.value), address)
        if before.interface != address.interface:
            hits.append(Hit(f"{address.value} is on {before.interface} and on {address.interface}", address.line))
    return hits


def _across(configs: Sequence[Config]) -> dict[str, list[Hit]]:
    """An address that several devices have is a finding of each of them."""
    owners: dict[tuple[object, ...], dict[str, _Address]] = {}
    for config in configs:
        for address in _addresses(config):
            owners.setdefault((address.vrf, address.value), {}).setdefault(address.device, address)
    hits: dict[str, list[Hit]] = {}
    for (_, value), found in owners.items():
        for device, address in found.items():
            others = [f"{name} ({other.interface})" for name, other in sorted(found.items()) if name != device]
            if others:
                said = f"{value} is on {address.interface}, and on {', '.join(others)}"
                hits.setdefault(device, []).append(Hit(said, address.line))
    return hits


_JUDGES: Mapping[str, Judge] = dict.fromkeys(_PATTERNS, _within)

RULE = Rule(
    "duplicate_address",
    wanted="every address is on one interface of one device",
    mend="give one of them another address",
    judges=_JUDGES,
    variables=("network_interfaces", "network_loopback"),
    across=_across,
)
