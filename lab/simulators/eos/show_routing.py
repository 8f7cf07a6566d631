"""Routing instances and BGP as configured. No peer ever answers: a session stays in state Active, or Idle when shut down."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.simulators.config_tree import Tree
from lab.simulators.eos.commands import Answer, command
from lab.simulators.eos.device import Device
from lab.simulators.eos.ports import interfaces

_NOBODY = "0.0.0.0"


@dataclass
class _Peer:
    address: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return ipaddress.ip_address(self.address).version

    @property
    def state(self) -> str:
        return "Idle" if "shutdown" in self.settings else "Active"


@dataclass(frozen=True)
class _Instance:
    name: str
    asn: str
    router_id: str
    peers: list[_Peer]


@command("show vrf")
def show_vrf(device: Device, _words: Sequence[str]) -> Answer:
    """The default routing instance and the configured ones, with their interfaces."""
    names = ["default", *(line.split()[2] for line in device.running if line.startswith("vrf instance "))]
    bgp = next((tree for line, tree in device.running.items() if line.startswith("router bgp ") and tree), Tree())
    members = {name: [port.name for port in interfaces(device) if port.addresses() and port.vrf == name] for name in names}
    model = {
        name: {
            "routeDistinguisher": bgp.section(f"vrf {name}").value("rd") or "",
            "vrfState": "up",
            "interfaces": members[name],
        }
        for name in names
    }
    rows = [f"{name:<14}{model[name]['routeDistinguisher'] or '<not set>':<14}{', '.join(members[name])}" for name in names]
    return Answer({"vrfs": model}, "\n".join(["VRF           RD            Interfaces", *rows]) + "\n")


@command("show ip|ipv6 bgp summary [ vrf WORD ]")
def show_bgp_summary(device: Device, words: Sequence[str]) -> Answer:
    """Peers of one address family."""
    version = 4 if words[1] == "ip" else 6
    model: dict[str, Any] = {}
    text = ""
    for instance in _instances(device, words):
        peers = [peer for peer in instance.peers if peer.version == version]
        model[instance.name] = {
            "vrf": instance.name,
            "routerId": instance.router_id,
            "asn": instance.asn,
            "peers": {peer.address: _summary(device, peer) for peer in peers},
        }
        text += f"BGP summary information for VRF {instance.name}\n"
        text += f"Router identifier {instance.router_id}, local AS number {instance.asn}\n"
        text += "".join(f"  {peer.address:<16} 4 {peer.settings.get('remote-as', '0'):<10} {peer.state}\n" for peer in peers)
    return Answer({"vrfs": model}, text)


@command("show ip bgp neighbors vrf WORD", "show ipv6 bgp peers vrf WORD")
def show_bgp_neighbors(device: Device, words: Sequence[str]) -> Answer:
    """Each peer of one address family at length."""
    version = 4 if words[1] == "ip" else 6
    model: dict[str, Any] = {}
    text = ""
    for instance in _instances(device, words):
        peers = [peer for peer in instance.peers if peer.version == version]
        model[instance.name] = {"peerList": [_detail(instance, peer) for peer in peers]}
        text += "".join(
            f"BGP neighbor is {peer.address}, remote AS {peer.settings.get('remote-as', '0')}, external link\n"
            f"  BGP version 4, remote router ID {_NOBODY}, VRF {instance.name}\n  BGP state is {peer.state}\n"
            for peer in peers
        )
    return Answer({"vrfs": model}, text)


def _instances(device: Device, words: Sequence[str]) -> Iterator[_Instance]:
    """The asked-for instances of the BGP configuration; none where BGP is not configured."""
    wanted = words[-1] if "vrf" in words else "default"
    for line, tree in device.running.items():
        if not line.startswith("router bgp ") or tree is None:
            continue
        asn = line.split()[2]
        router_id = tree.value("router-id") or _NOBODY
        if wanted in ("default", "all"):
            yield _Instance("default", asn, router_id, _peers(tree))
        for inner, section in tree.items():
            name = inner.removeprefix("vrf ")
            if inner.startswith("vrf ") and section is not None and wanted in (name, "all"):
                yield _Instance(name, asn, section.value("router-id") or router_id, _peers(section))


def _peers(tree: Tree) -> list[_Peer]:
    """The neighbours with an address; what their peer groups say counts for them too."""
    found: dict[str, dict[str, str]] = {}
    for line in tree:
        words = line.split(None, 2)
        if words[0] == "neighbor" and len(words) == 3:
            key, _, value = words[2].removeprefix("peer ").partition(" ")
            found.setdefault(words[1], {})[key] = value
    peers = []
    for name, own in found.items():
        try:
            ipaddress.ip_address(name)
        except ValueError:
            continue
        peers.append(_Peer(name, {**found.get(own.get("group", ""), {}), **own}))
    return peers


def _summary(device: Device, peer: _Peer) -> dict[str, Any]:
    return {
        "version": 4,
        "asn": peer.settings.get("remote-as", "0"),
        "peerState": peer.state,
        "upDownTime": device.booted,
        "msgReceived": 0,
        "msgSent": 0,
        "inMsgQueue": 0,
        "outMsgQueue": 0,
        "prefixAccepted": 0,
        "prefixReceived": 0,
        "underMaintenance": False,
    }


def _detail(instance: _Instance, peer: _Peer) -> dict[str, Any]:
    return {
        "peerAddress": peer.address,
        "asn": peer.settings.get("remote-as", "0"),
        "localAsn": instance.asn,
        "routerId": _NOBODY,
        "vrf": instance.name,
        "state": peer.state,
        "idleReason": "Administratively shut down" if peer.state == "Idle" else "",
        "description": peer.settings.get("description", ""),
        "prefixesReceived": 0,
        "prefixesSent": 0,
        "v6PrefixesReceived": 0,
        "v6PrefixesSent": 0,
    }
