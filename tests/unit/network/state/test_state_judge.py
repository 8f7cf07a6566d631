"""Statements against NAPALM's answers."""

from __future__ import annotations

from typing import Any

import pytest

from muhtar.network.state.judge import Verdict, question, verdict
from muhtar.network.state.rules import Bgp, Interface, Lldp, Ntp, Route, Version
from nornir_tasks.read_state import Answer

FACTS = {"os_version": "8.4.4"}
INTERFACES = {"eth0": {"is_up": True, "is_enabled": True}, "eth1": {"is_up": False, "is_enabled": True}}
LLDP = {"eth0": [{"hostname": "R2.lab.example", "port": "to-r1"}]}
FAMILY = {"ipv4": {"received_prefixes": -1, "accepted_prefixes": 2, "sent_prefixes": 1}}
BGP = {"global": {"peers": {"10.0.0.2": {"is_up": True, "remote_as": 65002, "address_family": FAMILY}}}}
ROUTES = {
    "10.0.0.0/8": [
        {"current_active": False, "protocol": "OSPF", "next_hop": "10.0.0.9", "outgoing_interface": "eth1"},
        {"current_active": True, "protocol": "BGP", "next_hop": "10.0.0.2", "outgoing_interface": "eth0"},
    ]
}
NTP = [{"remote": "192.0.2.1", "synchronized": True}, {"remote": "192.0.2.2", "synchronized": False}]


def judged(entry: Any, said: Any) -> Verdict:
    return verdict(entry, {question(entry): Answer(said)})


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Version(any_of=("9.*", "8.4*")), FACTS),
        (Interface(name="eth0"), INTERFACES),
        (Interface(name="eth1", up=False), INTERFACES),
        (Lldp(port="eth0", neighbor="r2"), LLDP),
        (Lldp(port="eth0", neighbor="r2", neighbor_port="to-r1"), LLDP),
        (Bgp(neighbor="10.0.0.2"), BGP),
        (Bgp(neighbor="10.0.0.2", asn=65002, prefixes=2), BGP),
        (Route(prefix="10.0.0.0/8"), ROUTES),
        (Route(prefix="10.0.0.0/8", via="10.0.0.2", protocol="bgp"), ROUTES),
        (Ntp(), NTP),
        (Ntp(server="192.0.2.1"), NTP),
        (Ntp(synced=False), []),
    ],
)
def test_what_is_so_holds(entry: Any, said: Any) -> None:
    assert judged(entry, said).holds is True


@pytest.mark.parametrize(
    ("entry", "said", "wanted", "found"),
    [
        (Version(any_of=("9.*",)), FACTS, "9.*", "8.4.4"),
        (Interface(name="eth1"), INTERFACES, "up", "down"),
        (Interface(name="eth0", up=False), INTERFACES, "down", "up"),
        (Interface(name="eth9"), INTERFACES, "up", "no such interface"),
        (Interface(name="eth9", up=False), INTERFACES, "down", "no such interface"),
        (Lldp(port="eth0", neighbor="r3"), LLDP, "r3", "R2"),
        (Lldp(port="eth0", neighbor="r2", neighbor_port="to-r9"), LLDP, "r2 to-r9", "R2 to-r1"),
        (Lldp(port="eth1", neighbor="r3"), LLDP, "r3", "nobody"),
        (Bgp(neighbor="10.0.0.2", asn=65003), BGP, "up, AS 65003", "up, AS 65002"),
        (Bgp(neighbor="10.0.0.2", prefixes=3), BGP, "up, at least 3 prefixes", "up, AS 65002, 2 prefixes"),
        (Bgp(neighbor="10.0.0.3"), BGP, "up", "no such neighbour"),
        (Bgp(neighbor="10.0.0.2", vrf="MUSTERI"), BGP, "up", "no such neighbour"),
        (Route(prefix="10.0.0.0/8", protocol="OSPF"), ROUTES, "OSPF", "BGP via 10.0.0.2"),
        (Route(prefix="10.0.0.0/8", via="10.0.0.9"), ROUTES, "via 10.0.0.9", "BGP via 10.0.0.2"),
        (Route(prefix="10.9.0.0/16"), {}, "in use", "no route"),
        (Ntp(), [], "synced", "not synced"),
        (Ntp(server="192.0.2.2"), NTP, "synced with 192.0.2.2", "synced with 192.0.2.1"),
    ],
)
def test_what_is_not_so_says_wanted_and_found(entry: Any, said: Any, wanted: str, found: str) -> None:
    told = judged(entry, said)
    assert (told.holds, told.wanted, told.found) == (False, wanted, found)


def test_what_a_driver_cannot_tell_neither_holds_nor_fails() -> None:
    told = verdict(Ntp(), {question(Ntp()): Answer(failed="the driver does not offer get_ntp_stats")})
    assert (told.holds, told.found) == (None, "the driver does not offer get_ntp_stats")
