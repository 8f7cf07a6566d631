"""Routes to a destination."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["age", "routes"]

Json = Mapping[str, Any]
_UNITS = {"w": 7 * 86400, "d": 86400, "h": 3600, "m": 60}


def routes(found: Json, protocol: str, destination: str) -> dict[str, list[dict[str, Any]]]:
    """Per prefix, one entry for each next hop; `age` in seconds. `protocol` keeps only its routes, "" all.

    FRR answers a question for one destination by that prefix itself, where the JSON has no keys of prefixes.
    """
    result: dict[str, list[dict[str, Any]]] = {}
    for prefix, entries in found.items():
        for route in entries:
            if protocol and route.get("protocol") != protocol.lower():
                continue
            result.setdefault(route.get("prefix", prefix or destination), []).extend(_hops(route))
    return {prefix: hops for prefix, hops in result.items() if hops}


def _hops(route: Json) -> list[dict[str, Any]]:
    return [
        {
            "protocol": str(route.get("protocol", "")),
            "current_active": bool(route.get("selected", False)),
            "last_active": False,
            "age": age(str(route.get("uptime", ""))),
            "next_hop": str(hop.get("ip", "")),
            "outgoing_interface": str(hop.get("interfaceName", "")),
            "selected_next_hop": bool(hop.get("fib", False)),
            "preference": int(route.get("distance", 0)),
            "inactive_reason": "",
            "routing_table": str(route.get("vrfName", "default")),
            "protocol_attributes": {},
        }
        for hop in route.get("nexthops", [])
    ]


def age(text: str) -> int:
    """FRR's durations in seconds: `00:01:30`, `1d02h03m`, `05w3d01h`; -1 for anything else."""
    if clock := re.fullmatch(r"(\d+):(\d+):(\d+)", text):
        hours, minutes, seconds = (int(part) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = re.findall(r"(\d+)([wdhm])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return -1
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
