"""Interfaces, their addresses and counters, and who was seen behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["arp_table", "counters", "interfaces", "interfaces_ip", "ipv6_neighbors"]

Json = Mapping[str, Any]
# NAPALM's word for "the device does not tell".
UNKNOWN = -1


def interfaces(show_interface: Json) -> dict[str, dict[str, Any]]:
    """NAPALM's interfaces; speed in Mbit/s, `last_flapped` unknown (FRR tells a date without a year)."""
    return {
        name: {
            "is_up": data.get("operationalStatus") == "up",
            "is_enabled": data.get("administrativeStatus") == "up",
            "description": data.get("description", ""),
            "last_flapped": float(UNKNOWN),
            "mtu": int(data.get("mtu", UNKNOWN)),
            "speed": float(data.get("speed") or UNKNOWN),
            "mac_address": _mac(data.get("hardwareAddress")),
        }
        for name, data in show_interface.items()
    }


def interfaces_ip(show_interface: Json) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Addresses per interface and family, with their prefix length."""
    found: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for name, data in show_interface.items():
        for entry in data.get("ipAddresses", []):
            address, _, length = entry["address"].partition("/")
            family = "ipv6" if ":" in address else "ipv4"
            found.setdefault(name, {}).setdefault(family, {})[address] = {"prefix_length": int(length)}
    return found


def counters(links: Sequence[Json]) -> dict[str, dict[str, int]]:
    """Counters of `ip -j -s link`; Linux does not count broadcasts, nor unicasts by themselves."""
    found: dict[str, dict[str, int]] = {}
    for link in links:
        statistics = link.get("stats64") or link.get("stats") or {}
        received, sent = statistics.get("rx", {}), statistics.get("tx", {})
        found[link["ifname"]] = {
            "tx_errors": int(sent.get("errors", UNKNOWN)),
            "rx_errors": int(received.get("errors", UNKNOWN)),
            "tx_discards": int(sent.get("dropped", UNKNOWN)),
            "rx_discards": int(received.get("dropped", UNKNOWN)),
            "tx_octets": int(sent.get("bytes", UNKNOWN)),
            "rx_octets": int(received.get("bytes", UNKNOWN)),
            "tx_unicast_packets": int(sent.get("packets", UNKNOWN)),
            "rx_unicast_packets": int(received.get("packets", UNKNOWN)),
            "tx_multicast_packets": UNKNOWN,
            "rx_multicast_packets": int(received.get("multicast", UNKNOWN)),
            "tx_broadcast_packets": UNKNOWN,
            "rx_broadcast_packets": UNKNOWN,
        }
    return found


def arp_table(neighbours: Sequence[Json]) -> list[dict[str, Any]]:
    """IPv4 neighbours of `ip -j neigh` that have a hardware address; their age is unknown."""
    return [
        {"interface": entry["dev"], "mac": _mac(entry["lladdr"]), "ip": entry["dst"], "age": float(UNKNOWN)}
        for entry in neighbours
        if "." in entry["dst"] and entry.get("lladdr")
    ]


def ipv6_neighbors(neighbours: Sequence[Json]) -> list[dict[str, Any]]:
    """IPv6 neighbours of `ip -j neigh` that have a hardware address."""
    return [
        {
            "interface": entry["dev"],
            "mac": _mac(entry["lladdr"]),
            "ip": entry["dst"],
            "age": float(UNKNOWN),
            "state": " ".join(entry.get("state", [])),
        }
        for entry in neighbours
        if ":" in entry["dst"] and entry.get("lladdr")
    ]


def _mac(address: str | None) -> str:
    return (address or "").upper()
