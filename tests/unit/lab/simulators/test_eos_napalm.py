"""NAPALM's own eos driver and NAPALM's own test classes for drivers, against the simulator over TLS on loopback."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

import pytest
from napalm.base import models
from napalm.base.exceptions import CommitError, MergeConfigException, SessionLockedException
from napalm.base.test import base

from tests.support.simulated_switch import DATA, Switch

SKIPPED = {
    **dict.fromkeys(
        (
            "test_get_firewall_policies",
            "test_get_ipv6_neighbors_table",
            "test_get_ntp_peers",
            "test_get_probes_config",
            "test_get_probes_results",
        ),
        "NAPALM's eos driver does not implement it",
    ),
    **dict.fromkeys(
        ("test_get_arp_table", "test_get_arp_table_with_vrf", "test_get_mac_address_table"),
        "no frame passes through the simulator, so there is no table to show",
    ),
    **dict.fromkeys(
        ("test_get_environment", "test_get_optics"), "the simulator has no fans, power supplies, processors or transceivers"
    ),
    **dict.fromkeys(
        ("test_get_route_to", "test_ping", "test_traceroute"), "the simulator has no routing table and reaches nobody"
    ),
    "test_get_ntp_stats": "the simulator takes its clock from the host and polls no NTP server",
    "test_get_bgp_neighbors_detail": "it parses what EOS prints about an established session, and none ever is",
}


@pytest.fixture(scope="class")
def device(request: pytest.FixtureRequest, make_switch: Callable[..., Switch]) -> None:
    """NAPALM's classes want the opened driver as `cls.device` and their files under `cls.vendor`."""
    switch = make_switch()
    request.cls.switch = switch
    request.cls.vendor = str(DATA)
    request.cls.device = switch.driver()
    request.cls.device.open()


@pytest.mark.usefixtures("device")
class TestConfiguration(unittest.TestCase, base.TestConfigNetworkDriver):
    """NAPALM's configuration class: replace, merge, typos, diffs, discard, rollback, templates."""

    device: Any
    switch: Switch

    @classmethod
    def setup_class(cls) -> None:
        """NAPALM's calls setUpClass, which pytest does as well."""

    @classmethod
    def teardown_class(cls) -> None:
        """NAPALM's calls tearDownClass, which pytest does as well."""

    def test_load_template(self) -> None:
        """NAPALM ships no `set_hostname` template for eos; the rest of the test is NAPALM's."""
        self.device.load_template("set_hostname", template_source="hostname {{ hostname }}", hostname="my-hostname")
        diff = self.device.compare_config()
        self.device.discard_config()
        assert "+hostname my-hostname" in diff


@pytest.mark.usefixtures("device")
class TestGetters(unittest.TestCase, base.TestGettersNetworkDriver):
    """NAPALM's getter class. What follows from a configuration is answered; each skip says why there is nothing to answer."""

    device: Any
    switch: Switch

    def setUp(self) -> None:
        if reason := SKIPPED.get(self._testMethodName):
            self.skipTest(reason)

    def test_get_lldp_neighbors_detail(self) -> None:
        """NAPALM's own test takes a mapping of neighbours for the model of one."""
        (neighbor,) = self.device.get_lldp_neighbors_detail()["Ethernet1"]
        assert self._test_model(models.LLDPNeighborDetailDict, neighbor)
        assert (neighbor["remote_system_name"], neighbor["remote_chassis_id"]) == ("sw2", "02:00:00:00:00:22")

    def test_get_bgp_neighbors(self) -> None:
        """NAPALM's own test asks for a model that its 5.x no longer has (`models.PeerDict`)."""
        found = self.device.get_bgp_neighbors()
        assert found["global"]["router_id"] == "192.0.2.21"
        peers = found["global"]["peers"]
        assert {peer: (entry["is_up"], entry["is_enabled"]) for peer, entry in peers.items()} == {
            "10.9.0.2": (False, True),
            "10.9.0.3": (False, False),
        }
        assert peers["10.9.0.2"]["description"] == "upstream"


@pytest.fixture
def driver(switch: Switch) -> Any:
    driver = switch.driver()
    driver.open()
    yield driver
    driver.config_session = None
    driver.close()


def test_facts_say_that_it_is_a_simulator(driver: Any) -> None:
    facts = driver.get_facts()
    assert "simulator" in facts["model"]
    assert facts["fqdn"] == "sw1.lab.example"
    assert facts["interface_list"] == ["Ethernet1", "Ethernet2", "Ethernet3", "Ethernet4", "Loopback0", "Management1"]


def test_lldp_shows_only_ports_that_are_up(driver: Any) -> None:
    assert driver.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "sw2", "port": "Ethernet1"}]}


def test_interfaces_follow_the_configuration(driver: Any) -> None:
    ports = driver.get_interfaces()
    assert (ports["Ethernet1"]["is_up"], ports["Ethernet1"]["is_enabled"]) == (True, True)
    assert (ports["Ethernet2"]["is_up"], ports["Ethernet2"]["is_enabled"]) == (False, True)
    assert (ports["Ethernet3"]["is_up"], ports["Ethernet3"]["is_enabled"]) == (False, False)
    assert driver.get_interfaces_ip()["Ethernet4"] == {
        "ipv4": {"10.9.0.1": {"prefix_length": 24}, "10.9.1.1": {"prefix_length": 24}},
        "ipv6": {"2001:db8::1": {"prefix_length": 64}},
    }


def test_vlans_users_and_ntp_follow_the_configuration(driver: Any) -> None:
    assert driver.get_vlans()["10"] == {"name": "users", "interfaces": ["Ethernet1"]}
    assert driver.get_users()["muhtar"]["level"] == 15
    assert list(driver.get_ntp_servers()) == ["10.0.0.5", "10.0.0.6"]


def test_a_sanitized_configuration_has_no_secrets(driver: Any) -> None:
    plain, clean = (driver.get_config(retrieve="running", sanitized=sanitized)["running"] for sanitized in (False, True))
    for secret in ("$6$abcdefgh", "5e2b1c-reading"):
        assert secret in plain
        assert secret not in clean


def test_a_merge_changes_running_and_startup(driver: Any, switch: Switch) -> None:
    driver.load_merge_candidate(config="interface Ethernet2\n   description printer\n")
    assert "hostname" not in driver.compare_config()
    driver.commit_config()
    config = driver.get_config()
    assert "   description printer" in config["running"]
    assert "   description printer" in config["startup"]
    switch.restart()
    assert switch.device.running.section("interface Ethernet2").value("description") == "printer"


def test_a_refused_line_leaves_no_session_behind(driver: Any, switch: Switch) -> None:
    with pytest.raises(MergeConfigException, match=r"Invalid input \(at token 0: 'descriptin'\)"):
        driver.load_merge_candidate(filename=str(DATA / "merge_typo.conf"))
    assert switch.device.sessions == {}
    assert switch.device.hostname == "sw1"


def test_a_foreign_pending_session_locks_napalm_out(driver: Any, switch: Switch) -> None:
    switch.device.open_session("somebody")
    with pytest.raises(SessionLockedException):
        driver._lock()


@pytest.mark.parametrize("release", ["4.31.1F", "4.32.2F"])
def test_a_timed_commit_is_rolled_back_unless_confirmed(make_switch: Callable[..., Switch], release: str) -> None:
    """Both forms in which EOS reports the timer: at the session (before 4.32) and at the top."""
    switch = make_switch(eos_version=release)
    driver = switch.driver()
    driver.open()
    driver.load_merge_candidate(config="hostname on-trial\n")
    driver.commit_config(revert_in=600)
    assert driver.has_pending_commit()
    assert switch.device.hostname == "on-trial"
    assert "hostname on-trial" not in driver.get_config(retrieve="startup")["startup"]
    with pytest.raises(CommitError):
        driver.commit_config(revert_in=600)
    switch.device._timer.deadline = 0  # type: ignore[union-attr]  # ten minutes later
    assert driver.get_facts()["hostname"] == "sw1"
    assert not driver.has_pending_commit()
    driver.config_session = None

    driver.load_merge_candidate(config="hostname for-good\n")
    driver.commit_config(revert_in=600)
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert "hostname for-good" in driver.get_config(retrieve="startup")["startup"]

    driver.load_merge_candidate(config="hostname regretted\n")
    driver.commit_config(revert_in=600)
    driver.rollback()
    assert driver.get_facts()["hostname"] == "for-good"
    driver.close()


def test_a_timed_commit_does_not_survive_a_restart(driver: Any, switch: Switch) -> None:
    driver.load_merge_candidate(config="hostname on-trial\n")
    driver.commit_config(revert_in=600)
    switch.restart()
    assert switch.device.hostname == "sw1"
    assert switch.device.pending_commit is None


def test_rollback_returns_to_the_startup_configuration_before_the_commit(driver: Any) -> None:
    driver.load_replace_candidate(filename=str(DATA / "new_good.conf"))
    driver.commit_config()
    assert driver.get_facts()["hostname"] == "sw1-changed"
    driver.rollback()
    assert driver.get_facts()["hostname"] == "sw1"


def test_a_commit_that_switches_the_api_off_is_rescued_by_its_timer(driver: Any, switch: Switch) -> None:
    driver.load_merge_candidate(config="management api http-commands\n   shutdown\n")
    driver.commit_config(revert_in=600)
    with pytest.raises(Exception, match="eAPI connection"):
        driver.get_facts()
    switch.device._timer.deadline = 0  # type: ignore[union-attr]  # ten minutes later
    assert driver.get_facts()["hostname"] == "sw1"


def test_a_banner_goes_in_and_comes_out(driver: Any) -> None:
    driver.load_merge_candidate(config="banner motd\nBelediye\n  Bilgi Islem\nEOF\nhostname sw1\n")
    driver.commit_config()
    assert "banner motd\nBelediye\nBilgi Islem\nEOF\n" in driver.get_config(retrieve="running")["running"]
