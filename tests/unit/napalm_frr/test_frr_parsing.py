"""Replies of a real router (FRR 8.4.4 in the lab), replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from napalm.base import models
from napalm.base.test.helpers import test_model as fits

from napalm_frr.parsing import accounts, bgp, clock, environment, interfaces, lldp, probes, routes, system

REPLAYS = Path(__file__).parent / "replays"


def text(name: str) -> str:
    return (REPLAYS / name).read_text(encoding="utf-8")


def data(name: str) -> Any:
    return json.loads(text(f"{name}.json"))


def test_facts() -> None:
    found = system.facts(text("show_version.txt"), text("system.txt"), data("show_interface"))
    assert fits(models.FactsDict, found)
    assert (found["vendor"], found["os_version"], found["hostname"], found["fqdn"]) == (
        "FRRouting",
        "8.4.4",
        "r1",
        "r1.lab.example",
    )
    assert found["interface_list"] == ["eth0", "lo", "to-r2", "to-r3"]
    assert found["uptime"] > 0
    assert len(found["serial_number"]) == 32


def test_facts_of_a_router_that_says_nothing_are_not_invented() -> None:
    found = system.facts("", "", [])
    assert found["uptime"] == -1.0
    assert found["os_version"] == found["hostname"] == ""


def test_interfaces() -> None:
    found = interfaces.interfaces(data("show_interface"))
    assert all(fits(models.InterfaceDict, about) for about in found.values())
    assert found["to-r2"]["description"] == "link to r2"
    assert found["to-r2"]["is_up"]
    assert found["to-r2"]["mac_address"].count(":") == 5


def test_an_interface_that_is_shut_down() -> None:
    found = interfaces.interfaces({"x": {"administrativeStatus": "down", "operationalStatus": "down"}})
    assert (found["x"]["is_enabled"], found["x"]["is_up"]) == (False, False)


def test_addresses() -> None:
    found = interfaces.interfaces_ip(data("show_interface"))
    assert found["to-r2"]["ipv4"] == {"10.0.12.1": {"prefix_length": 24}}
    assert found["lo"]["ipv4"] == {"192.168.255.1": {"prefix_length": 32}}
    assert next(iter(found["to-r2"]["ipv6"])).startswith("fe80:")


def test_counters() -> None:
    found = interfaces.counters(data("ip_link"))
    assert all(fits(models.InterfaceCounterDict, about) for about in found.values())
    assert found["to-r2"]["rx_octets"] > 0
    assert found["to-r2"]["tx_broadcast_packets"] == -1


def test_neighbours() -> None:
    four = interfaces.arp_table(data("ip_neigh_4"))
    assert all(fits(models.ARPTableDict, entry) for entry in four)
    assert {"to-r2", "to-r3"} <= {entry["interface"] for entry in four}
    six = interfaces.ipv6_neighbors(data("ip_neigh_6"))
    assert all(fits(models.IPV6NeighborDict, entry) for entry in six)
    assert six
    assert not interfaces.arp_table(data("ip_neigh_6"))


def test_a_neighbour_that_never_answered_is_none() -> None:
    assert interfaces.arp_table([{"dst": "10.0.0.9", "dev": "x", "state": ["FAILED"]}]) == []


def test_lldp() -> None:
    found = lldp.neighbors(data("lldp_neighbors"))
    assert found["to-r2"] == [{"hostname": "r2.lab.example", "port": "to-r1"}]
    detail = lldp.neighbors_detail(data("lldp_neighbors_details"), "to-r3")
    assert list(detail) == ["to-r3"]
    assert fits(models.LLDPNeighborDetailDict, detail["to-r3"][0])
    assert detail["to-r3"][0]["remote_system_enable_capab"] == ["router"]


def test_lldp_of_one_interface_and_of_none() -> None:
    one = {"lldp": {"interface": {"x": {"chassis": {"id": {"value": "aa"}}, "port": {"id": {"value": "p1"}}}}}}
    assert lldp.neighbors(one) == {"x": [{"hostname": "", "port": "p1"}]}
    assert lldp.neighbors({"lldp": {}}) == {}


def test_bgp() -> None:
    found = bgp.neighbors(data("show_bgp_vrf_all_summary"), data("show_bgp_vrf_all_neighbors"))
    assert list(found) == ["global"]
    assert found["global"]["router_id"] == "192.168.255.1"
    peers = found["global"]["peers"]
    assert set(peers) == {"10.0.12.2", "10.0.13.3"}
    peer = peers["10.0.12.2"]
    assert fits(models.PeerDict, peer)
    assert (peer["local_as"], peer["remote_as"], peer["is_up"], peer["description"]) == (65001, 65002, True, "r2")
    assert peer["address_family"]["ipv4"]["accepted_prefixes"] > 0


def test_a_bgp_peer_that_is_down() -> None:
    down = {"default": {"10.0.0.2": {"remoteAs": 65002, "localAs": 65001, "bgpState": "Active", "adminShutDown": True}}}
    peer = bgp.neighbors({"default": {"ipv4Unicast": {"routerId": "1.1.1.1"}}}, down)["global"]["peers"]["10.0.0.2"]
    assert (peer["is_up"], peer["is_enabled"], peer["uptime"]) == (False, False, -1)


def test_no_bgp_at_all() -> None:
    assert bgp.neighbors({}, {}) == {}


def test_routes() -> None:
    found = routes.routes(data("show_ip_route_192.168.255.2"), "", "192.168.255.2")
    assert list(found) == ["192.168.255.2/32"]
    hop = found["192.168.255.2/32"][0]
    assert fits(models.RouteDict, hop)
    assert (hop["protocol"], hop["next_hop"], hop["outgoing_interface"]) == ("ospf", "10.0.12.2", "to-r2")
    assert hop["current_active"]
    assert hop["age"] > 0


def test_routes_of_one_protocol() -> None:
    longer = data("show_ip_route_10.0.0.0_8_longer-prefixes")
    assert {hop["protocol"] for hops in routes.routes(longer, "connected", "").values() for hop in hops} == {"connected"}
    assert {hop["protocol"] for hops in routes.routes(longer, "", "").values() for hop in hops} >= {"connected", "ospf"}
    assert routes.routes(longer, "isis", "") == {}


@pytest.mark.parametrize(
    ("said", "seconds"), [("00:01:30", 90), ("1d02h03m", 93780), ("05w3d01h", 3286800), ("", -1), ("soon", -1), ("3d later", -1)]
)
def test_age(said: str, seconds: int) -> None:
    assert routes.age(said) == seconds


def test_ping() -> None:
    found = probes.ping(text("ping.txt"), "127.0.0.1")["success"]
    assert (found["probes_sent"], found["packet_loss"], len(found["results"])) == (3, 0, 3)
    assert found["rtt_min"] <= found["rtt_avg"] <= found["rtt_max"]


def test_ping_of_nobody_is_all_lost() -> None:
    found = probes.ping(text("ping_lost.txt"), "10.97.31.99")["success"]
    assert (found["probes_sent"], found["packet_loss"], found["results"]) == (2, 2, [])


def test_ping_that_could_not_be_sent_is_an_error() -> None:
    assert "not known" in probes.ping(text("ping_unknown.txt"), "nosuch.invalid")["error"]
    assert probes.ping("", "x")["error"]


def test_environment() -> None:
    found = environment.environment(text("environment.txt"))
    assert fits(models.MemoryDict, found["memory"])
    assert fits(models.CPUDict, found["cpu"][0])
    assert 0 < found["memory"]["used_ram"] < found["memory"]["available_ram"]


def test_the_way_to_a_neighbour() -> None:
    found = probes.traceroute(text("traceroute.txt"))
    assert list(found["success"]) == [1]
    assert found["success"][1]["probes"][2] == {"rtt": 0.232, "ip_address": "192.0.2.1", "host_name": "192.0.2.1"}


def test_the_way_through_silent_routers_and_two_at_one_hop() -> None:
    found = probes.traceroute(" 1  * * *\n 2  10.0.0.1  1.5 ms 10.0.0.2  2.5 ms *\n 3  2001:db8::1  0.5 ms !H  0.6 ms  0.7 ms\n")
    assert {hop: [one["ip_address"] for one in about["probes"].values()] for hop, about in found["success"].items()} == {
        1: ["*", "*", "*"],
        2: ["10.0.0.1", "10.0.0.2", "*"],
        3: ["2001:db8::1"] * 3,
    }


@pytest.mark.parametrize("said", ["nowhere.invalid: Name or service not known", "bash: traceroute: command not found", ""])
def test_no_way_is_an_error(said: str) -> None:
    assert probes.traceroute(said) == {"error": said or "traceroute said nothing"}


def test_the_clock_follows_one_server_and_never_heard_of_the_other() -> None:
    found = clock.stats(text("chronyc_sources.csv"))
    assert all(fits(models.NTPStats, about) for about in found)
    assert [(one["remote"], one["synchronized"], one["reachability"], one["when"]) for one in found] == [
        ("127.0.0.1", True, 255, "1"),
        ("192.0.2.1", False, 0, "never"),
    ]
    assert found[0]["offset"] == pytest.approx(0.001347)
    assert found[0]["jitter"] == pytest.approx(0.000387)
    assert list(clock.servers(text("chronyc_sources.csv"))) == ["127.0.0.1", "192.0.2.1"]
    assert clock.peers(text("chronyc_sources.csv")) == {}


def test_users_are_those_who_can_log_in_and_configure() -> None:
    found = accounts.users(text("accounts.txt"))
    assert all(fits(models.UsersDict, about) for about in found.values())
    assert list(found) == ["root", "muhtar"]
    assert list(accounts.users("frrvty:x:103:\n---\nnet:x:7:103::/:/bin/sh\nguest:x:8:8::/:/bin/sh\n")) == ["net"]
