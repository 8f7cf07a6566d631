"""A statement against what the device said: what was wanted, what was found. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import singledispatch
from typing import Any

from muhtar.network.state.rules import Bgp, Interface, Lldp, Ntp, Route, Version
from nornir_tasks.read_state import Answer, Question

__all__ = ["Verdict", "question", "verdict"]

_GETTERS: dict[type, str] = {
    Version: "get_facts",
    Interface: "get_interfaces",
    Lldp: "get_lldp_neighbors",
    Bgp: "get_bgp_neighbors",
    Ntp: "get_ntp_stats",
}


@dataclass(frozen=True)
class Verdict:
    """`subject` names the thing; `holds` is None where the device could not be asked, and `found` then says why."""

    subject: str
    wanted: str
    found: str
    holds: bool | None


def question(entry: Any) -> Question:
    """What to ask the device for a statement."""
    if isinstance(entry, Route):
        return Question("get_route_to", (("destination", entry.prefix),))
    return Question(_GETTERS[type(entry)])


def verdict(entry: Any, answers: Mapping[Question, Answer]) -> Verdict:
    """Does the statement hold?"""
    answer = answers[question(entry)]
    subject, wanted, found, holds = _judge(entry, answer.value if not answer.failed else None)
    if answer.failed:
        return Verdict(subject, wanted, answer.failed, None)
    return Verdict(subject, wanted, found, holds)


_Told = tuple[str, str, str, bool]


@singledispatch
def _judge(entry: Any, said: Any) -> _Told:
    """Subject, what was wanted, what was found, and whether that is the same; `said` is None where nothing was."""
    del said
    raise TypeError(type(entry))


@_judge.register
def _(entry: Version, said: Any) -> _Told:
    found = str((said or {}).get("os_version", ""))
    return "version", " or ".join(entry.any_of), found, any(fnmatchcase(found, pattern) for pattern in entry.any_of)


@_judge.register
def _(entry: Interface, said: Any) -> _Told:
    there = (said or {}).get(entry.name)
    wanted = "up" if entry.up else "down"
    if there is None:
        return f"interface {entry.name}", wanted, "no such interface", False
    found = "up" if there["is_up"] else "down" if there["is_enabled"] else "shut down"
    return f"interface {entry.name}", wanted, found, bool(there["is_up"]) is entry.up


@_judge.register
def _(entry: Lldp, said: Any) -> _Told:
    wanted = f"{entry.neighbor} {entry.neighbor_port or ''}".strip()
    seen = [(str(one["hostname"]).partition(".")[0], str(one["port"])) for one in (said or {}).get(entry.port, [])]
    holds = any(name.casefold() == entry.neighbor.casefold() and entry.neighbor_port in {None, port} for name, port in seen)
    found = ", ".join(f"{name} {port}" if entry.neighbor_port else name for name, port in seen) or "nobody"
    return f"lldp {entry.port}", wanted, found, holds


@_judge.register
def _(entry: Bgp, said: Any) -> _Told:
    subject = f"bgp {entry.neighbor}" if entry.vrf == "global" else f"bgp {entry.neighbor} ({entry.vrf})"
    wanted = ["up"]
    if entry.asn:
        wanted.append(f"AS {entry.asn}")
    if entry.prefixes:
        wanted.append(f"at least {entry.prefixes} prefixes")
    peer = (said or {}).get(entry.vrf, {}).get("peers", {}).get(entry.neighbor)
    if peer is None:
        return subject, ", ".join(wanted), "no such neighbour", False
    # A driver counts what came in before filters, after them, or (as -1) neither.
    families = peer["address_family"].values()
    prefixes = sum(max(0, int(family["received_prefixes"]), int(family["accepted_prefixes"])) for family in families)
    found = ["up" if peer["is_up"] else "down", f"AS {peer['remote_as']}", f"{prefixes} prefixes"]
    holds = bool(peer["is_up"]) and entry.asn in {None, int(peer["remote_as"])} and prefixes >= entry.prefixes
    return subject, ", ".join(wanted), ", ".join(found[: 3 if entry.prefixes else 2]), holds


@_judge.register
def _(entry: Route, said: Any) -> _Told:
    wanted = " ".join(part for part in (entry.protocol, f"via {entry.via}" if entry.via else None) if part) or "in use"
    active = [one for one in (said or {}).get(entry.prefix, []) if one["current_active"]]
    holds = any(
        (entry.via is None or one["next_hop"] == entry.via)
        and (entry.protocol is None or str(one["protocol"]).casefold() == entry.protocol.casefold())
        for one in active
    )
    found = ", ".join(dict.fromkeys(f"{one['protocol']} via {one['next_hop'] or one['outgoing_interface']}" for one in active))
    return f"route {entry.prefix}", wanted, found or "no route", holds


@_judge.register
def _(entry: Ntp, said: Any) -> _Told:
    followed = [str(one["remote"]) for one in said or [] if one["synchronized"]]
    wanted = "not synced" if not entry.synced else f"synced with {entry.server}" if entry.server else "synced"
    holds = bool(followed) is entry.synced and (entry.server is None or entry.server in followed)
    return "ntp", wanted, f"synced with {', '.join(followed)}" if followed else "not synced", holds
