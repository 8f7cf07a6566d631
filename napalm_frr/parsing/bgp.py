"""BGP neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["neighbors"]

Json = Mapping[str, Any]
DEFAULT_VRF = "default"


def neighbors(summaries: Json, details: Json) -> dict[str, dict[str, Any]]:
    """Per VRF ("global" for the default one): the router id and its peers; uptime in seconds, -1 when down.

    From `show bgp vrf all summary json` and `show bgp vrf all neighbors json`.
    """
    found: dict[str, dict[str, Any]] = {}
    for vrf, families in summaries.items():
        if not isinstance(families, Mapping):
            continue
        router_id = next((str(family["routerId"]) for family in families.values() if _is(family, "routerId")), "")
        peers = {peer: _peer(data) for peer, data in details.get(vrf, {}).items() if _is(data, "remoteAs")}
        if router_id or peers:
            found["global" if vrf == DEFAULT_VRF else vrf] = {"router_id": router_id, "peers": peers}
    return found


def _peer(data: Json) -> dict[str, Any]:
    up = data.get("bgpState") == "Established"
    return {
        "local_as": int(data.get("localAs", -1)),
        "remote_as": int(data["remoteAs"]),
        "remote_id": str(data.get("remoteRouterId", "")),
        "is_up": up,
        "is_enabled": not data.get("adminShutDown", False),
        "description": str(data.get("nbrDesc", "")),
        "uptime": int(data.get("bgpTimerUpMsec", 0) / 1000) if up else -1,
        "address_family": {_family(name): _prefixes(about) for name, about in data.get("addressFamilyInfo", {}).items()},
    }


def _prefixes(about: Json) -> dict[str, int]:
    """FRR keeps what it refused only with soft reconfiguration: how many were received is unknown otherwise."""
    return {
        "received_prefixes": -1,
        "accepted_prefixes": int(about.get("acceptedPrefixCounter", -1)),
        "sent_prefixes": int(about.get("sentPrefixCounter", -1)),
    }


def _family(name: str) -> str:
    kind = "ipv6" if name.startswith("ipv6") else "ipv4"
    sub = name.removeprefix(kind)
    return kind if sub.lower() == "unicast" else f"{kind} {sub.lower()}".strip()


def _is(value: Any, key: str) -> bool:
    return isinstance(value, Mapping) and key in value
