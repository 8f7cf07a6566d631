"""Neighbours by LLDP, as `lldpcli -f json` tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["neighbors", "neighbors_detail"]

Json = Mapping[str, Any]


def neighbors(said: Json) -> dict[str, list[dict[str, str]]]:
    """Per interface: the neighbour's name and port."""
    found: dict[str, list[dict[str, str]]] = {}
    for interface, name, _, port in _entries(said):
        found.setdefault(interface, []).append({"hostname": name, "port": _port(port)})
    return found


def neighbors_detail(said: Json, only: str = "") -> dict[str, list[dict[str, Any]]]:
    """Per interface (or of `only` that one): all that NAPALM asks about a neighbour."""
    found: dict[str, list[dict[str, Any]]] = {}
    for interface, name, chassis, port in _entries(said):
        if only and interface != only:
            continue
        capabilities = [item for item in _listed(chassis.get("capability")) if "type" in item]
        found.setdefault(interface, []).append(
            {
                "parent_interface": "",
                "remote_port": str(port.get("id", {}).get("value", "")),
                "remote_port_description": str(port.get("descr", "")),
                "remote_chassis_id": str(chassis.get("id", {}).get("value", "")),
                "remote_system_name": name,
                "remote_system_description": str(chassis.get("descr", "")),
                "remote_system_capab": [item["type"].lower() for item in capabilities],
                "remote_system_enable_capab": [item["type"].lower() for item in capabilities if item.get("enabled")],
            }
        )
    return found


def _entries(said: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """(interface, neighbour's name, chassis, port); lldpcli gives a dict for one interface and a list for several."""
    for entry in _listed(said.get("lldp", {}).get("interface")):
        for interface, data in entry.items():
            chassis = data.get("chassis", {})
            # A neighbour with a name stands under it; one without gives its data directly.
            name, about = ("", chassis) if "id" in chassis else next(iter(chassis.items()), ("", {}))
            yield interface, name, about, data.get("port", {})


def _port(port: Json) -> str:
    return str(port.get("descr") or port.get("id", {}).get("value", ""))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
