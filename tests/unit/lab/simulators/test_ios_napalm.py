"""NAPALM's own ios driver and NAPALM's own test classes for drivers, against the simulator over SSH on loopback."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

import pytest
from napalm.base import models
from napalm.base.exceptions import CommandErrorException, CommitConfirmException, MergeConfigException, ReplaceConfigException
from napalm.base.test import base

from tests.support.simulated_ios import IOS_DATA, IosSwitch

SKIPPED = {
    **dict.fromkeys(
        ("test_get_firewall_policies", "test_get_probes_results"),
        "NAPALM's ios driver does not implement it",
    ),
    **dict.fromkeys(
        ("test_get_bgp_config", "test_get_bgp_neighbors", "test_get_bgp_neighbors_detail"),
        "an access switch of this kind has no BGP, and the simulator's grammar has none",
    ),
    **dict.fromkeys(
        ("test_get_mac_address_table", "test_get_ipv6_neighbors_table"),
        "no frame passes through the simulator, so there is no table to show",
    ),
    **dict.fromkeys(
        ("test_get_environment", "test_get_optics"), "the simulator has no fans, power supplies, processors or transceivers"
    ),
    "test_get_arp_table_with_vrf": "it asks for a routing instance TEST; no address of the simulator is in one of that name",
    "test_get_ntp_peers": "the driver reads only servers given by address that answer, and the simulator polls none",
    "test_get_probes_config": "the simulator's grammar has no IP SLA",
    "test_get_route_to": "it wants a route to 1.0.4.0/24 learnt by BGP, and the simulator has no BGP",
    "test_ping": "it pings 8.8.8.8, and the simulator reaches nobody but itself",
    "test_traceroute": "the simulator reaches nobody",
}


@pytest.fixture(scope="class")
def device(request: pytest.FixtureRequest, make_ios: Callable[..., IosSwitch]) -> None:
    """NAPALM's classes want the opened driver as `cls.device` and their files under `cls.vendor`."""
    switch = make_ios()
    request.cls.switch = switch
    request.cls.vendor = str(IOS_DATA)
    request.cls.device = switch.driver(auto_file_prompt=False)
    request.cls.device.open()


@pytest.mark.usefixtures("device")
class TestConfiguration(unittest.TestCase, base.TestConfigNetworkDriver):
    """NAPALM's configuration class: replace, merge, typos, diffs, discard, rollback, templates."""

    device: Any
    switch: IosSwitch

    @classmethod
    def setup_class(cls) -> None:
        """NAPALM's calls setUpClass, which pytest does as well."""

    @classmethod
    def teardown_class(cls) -> None:
        """NAPALM's calls tearDownClass, which pytest does as well."""


@pytest.mark.usefixtures("device")
class TestGetters(unittest.TestCase, base.TestGettersNetworkDriver):
    """NAPALM's getter class. What follows from a configuration is answered; each skip says why there is nothing to answer."""

    device: Any
    switch: IosSwitch

    def setUp(self) -> None:
        if reason := SKIPPED.get(self._testMethodName):
            self.skipTest(reason)

    def test_get_lldp_neighbors_detail(self) -> None:
        """NAPALM's own test takes a mapping of neighbours for the model of one."""
        (neighbor,) = self.device.get_lldp_neighbors_detail()["GigabitEthernet0/1"]
        assert self._test_model(models.LLDPNeighborDetailDict, neighbor)
        assert (neighbor["remote_system_name"], neighbor["remote_chassis_id"]) == ("sw2", "02:00:00:00:00:22")

    def test_get_ntp_servers(self) -> None:
        """NAPALM's own test asks for details that its ios driver does not read (it gives an empty mapping for each)."""
        assert self.device.get_ntp_servers() == {"10.0.0.5": {}, "10.0.0.6": {}}


@pytest.fixture
def driver(ios: IosSwitch) -> Any:
    driver = ios.driver(auto_file_prompt=False)
    driver.open()
    yield driver
    driver.close()


def test_facts_say_that_it_is_a_simulator(driver: Any) -> None:
    facts = driver.get_facts()
    assert "simulator" in facts["model"]
    assert facts["fqdn"] == "sw3.lab.example"
    assert facts["serial_number"].startswith("SIM")
    assert facts["interface_list"][:3] == ["Vlan1", "Vlan10", "GigabitEthernet0/1"]


def test_lldp_shows_only_ports_that_are_up(driver: Any) -> None:
    assert driver.get_lldp_neighbors() == {"GigabitEthernet0/1": [{"hostname": "sw2", "port": "Ethernet1"}]}


def test_interfaces_follow_the_configuration(driver: Any) -> None:
    ports = driver.get_interfaces()
    assert (ports["GigabitEthernet0/1"]["is_up"], ports["GigabitEthernet0/1"]["is_enabled"]) == (True, True)
    assert (ports["GigabitEthernet0/2"]["is_up"], ports["GigabitEthernet0/2"]["is_enabled"]) == (False, True)
    assert (ports["GigabitEthernet0/3"]["is_up"], ports["GigabitEthernet0/3"]["is_enabled"]) == (False, False)
    assert driver.get_interfaces_ip()["Vlan10"]["ipv4"] == {
        "10.9.0.1": {"prefix_length": 24},
        "10.9.1.1": {"prefix_length": 24},
    }


def test_vlans_users_and_ntp_follow_the_configuration(driver: Any) -> None:
    assert driver.get_vlans()["20"] == {"name": "cameras", "interfaces": ["GigabitEthernet0/1", "GigabitEthernet0/4"]}
    assert driver.get_users()["muhtar"]["level"] == 15
    assert list(driver.get_ntp_servers()) == ["10.0.0.5", "10.0.0.6"]
    assert [entry["synchronized"] for entry in driver.get_ntp_stats()] == [False, False]
    assert driver.get_snmp_information()["location"] == "town hall"
    assert "guests" in driver.get_network_instances()


def test_a_sanitized_configuration_has_no_secrets(driver: Any) -> None:
    plain, clean = (driver.get_config(retrieve="running", sanitized=sanitized)["running"] for sanitized in (False, True))
    for secret in ("$9$2MJBozw", "5e2b1c-reading"):
        assert secret in plain
        assert secret not in clean


def test_a_merge_changes_running_and_startup(driver: Any, ios: IosSwitch) -> None:
    driver.load_merge_candidate(config="interface GigabitEthernet0/2\n description printer\nend\n")
    assert driver.compare_config() == "+interface GigabitEthernet0/2\n+ description printer"
    driver.commit_config()
    config = driver.get_config()
    assert " description printer" in config["running"]
    assert " description printer" in config["startup"]
    ios.restart()
    assert ios.device.running.section("interface GigabitEthernet0/2").value("description") == "printer"


def test_a_refused_line_undoes_the_merge(driver: Any, ios: IosSwitch) -> None:
    driver.load_merge_candidate(filename=str(IOS_DATA / "merge_typo.conf"))
    with pytest.raises(MergeConfigException, match="Invalid input detected"):
        driver.commit_config()
    assert ios.device.hostname == "sw3"


def test_a_file_that_was_cut_off_replaces_nothing(driver: Any, ios: IosSwitch) -> None:
    half = "\n".join((IOS_DATA / "new_good.conf").read_text().splitlines()[:20]) + "\n"
    driver.load_replace_candidate(config=half)
    with pytest.raises(ReplaceConfigException, match="not a valid config file"):
        driver.commit_config()
    assert ios.device.hostname == "sw3"


def test_a_timed_replace_is_rolled_back_unless_confirmed(driver: Any, ios: IosSwitch) -> None:
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.commit_config(revert_in=120)
    assert driver.has_pending_commit()
    assert ios.device.hostname == "sw3-changed"
    assert "hostname sw3\n" in driver.get_config(retrieve="startup")["startup"]
    assert ios.device.pending is not None
    ios.device.pending.deadline = 0  # two minutes later
    assert driver.get_facts()["hostname"] == "sw3"
    assert not driver.has_pending_commit()
    with pytest.raises(CommitConfirmException):
        driver.confirm_commit()


def test_a_timed_replace_stays_when_confirmed(driver: Any, ios: IosSwitch) -> None:
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.commit_config(revert_in=60)
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert "hostname sw3-changed" in driver.get_config(retrieve="startup")["startup"]


def test_a_timed_merge_is_armed_before_it_and_taken_back_on_request(driver: Any, ios: IosSwitch) -> None:
    """`configure terminal revert timer 1`, then the copy."""
    driver.load_merge_candidate(config="hostname regretted\nend\n")
    driver.commit_config(revert_in=60)
    assert ios.device.hostname == "regretted"
    assert ios.device.pending is not None
    assert ios.device.pending.minutes == 1
    driver.rollback()
    assert ios.device.hostname == "sw3"
    assert ios.device.pending is None


def test_the_revert_timer_fires_by_the_clock(driver: Any, ios: IosSwitch) -> None:
    """The shortest span that IOS takes is a minute; here the timer's own deadline is moved to a second from now."""
    import time

    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.commit_config(revert_in=60)
    assert ios.device.pending is not None
    left = ios.device.pending.deadline - time.monotonic()
    assert 55 < left <= 60
    ios.device.pending.deadline -= left - 1
    assert driver.get_facts()["hostname"] == "sw3-changed"
    time.sleep(1.1)
    assert driver.get_facts()["hostname"] == "sw3"


def test_a_timed_commit_does_not_survive_a_restart(driver: Any, ios: IosSwitch) -> None:
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.commit_config(revert_in=60)
    ios.restart()
    assert ios.device.hostname == "sw3"
    assert ios.device.pending is None


def test_without_archive_there_is_no_timed_commit(driver: Any, ios: IosSwitch) -> None:
    del ios.device.running["archive"]
    driver.load_merge_candidate(config="hostname other\nend\n")
    with pytest.raises(CommitConfirmException, match="archive"):
        driver.commit_config(revert_in=60)
    assert ios.device.hostname == "sw3"


def test_rollback_returns_to_what_was_before_the_commit(driver: Any) -> None:
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.commit_config()
    driver.rollback()
    assert driver.get_facts()["hostname"] == "sw3"


def test_reading_and_comparing_leave_the_configuration_alone(driver: Any, ios: IosSwitch) -> None:
    """With `auto_file_prompt` off and `file prompt quiet` in the configuration, NAPALM types nothing into it."""
    before = ios.device.text(ios.device.running)
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    driver.compare_config()
    driver.discard_config()
    assert ios.device.text(ios.device.running) == before


def test_without_quiet_files_the_driver_says_what_is_missing(driver: Any, ios: IosSwitch) -> None:
    del ios.device.running["file prompt quiet"]
    driver.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    with pytest.raises(CommandErrorException, match="file prompt quiet"):
        driver.discard_config()


def test_without_scp_nothing_is_uploaded(driver: Any, ios: IosSwitch) -> None:
    del ios.device.running["ip scp server enable"]
    with pytest.raises(CommandErrorException, match="SCP"):
        driver.load_merge_candidate(config="hostname other\nend\n")
