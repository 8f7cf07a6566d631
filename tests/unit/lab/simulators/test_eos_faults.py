"""Each fault as a client meets it, set by the control file while the switch runs, and gone again with it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyeapi.eapilib
import pytest
from napalm.base.exceptions import MergeConfigException

from tests.support.simulated_switch import Switch


@pytest.fixture
def driver(switch: Switch) -> Any:
    driver = switch.driver()
    driver.open()
    return driver


def test_a_switch_that_hangs_at_login_times_out(switch: Switch) -> None:
    switch.fault(hang_login=True)
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="timed out"):
        switch.driver(timeout=1).open()
    switch.fault()
    switch.driver(timeout=5).open()


@pytest.mark.parametrize(("when", "hostname"), [("before", "sw1"), ("after", "renamed")])
def test_a_connection_cut_in_mid_commit_leaves_either_state(switch: Switch, driver: Any, when: str, hostname: str) -> None:
    driver.load_merge_candidate(config="hostname renamed\n")
    switch.fault(drop_commit=when)
    with pytest.raises(pyeapi.eapilib.ConnectionError):
        driver.commit_config()
    switch.fault()
    assert driver.get_facts()["hostname"] == hostname
    assert "hostname renamed" not in driver.get_config(retrieve="startup")["startup"]


def test_a_slow_switch_is_slow_and_right(switch: Switch, driver: Any) -> None:
    switch.fault(delay=0.4)
    started = time.monotonic()
    assert driver.get_facts()["hostname"] == "sw1"
    assert time.monotonic() - started >= 0.4


def test_a_refused_line_fails_the_load_and_only_that_line(switch: Switch, driver: Any) -> None:
    switch.fault(refuse=["switchport"])
    with pytest.raises(MergeConfigException, match="Unavailable command"):
        driver.load_merge_candidate(config="interface Ethernet2\n   switchport access vlan 20\n")
    driver.load_merge_candidate(config="interface Ethernet2\n   description x\n")
    driver.discard_config()


def test_truncated_output_is_short_without_saying_so(switch: Switch, driver: Any) -> None:
    switch.fault(truncate=100)
    running = driver.get_config(retrieve="running")["running"]
    assert len(running) == 100
    assert "\nend" not in running


def test_a_broken_control_file_changes_nothing(switch: Switch, driver: Any) -> None:
    switch.fault(truncate=100)
    assert len(driver.get_config(retrieve="running")["running"]) == 100
    assert switch.settings.control is not None
    for broken in ("{", '{"truncate": "x"}', '{"unknown": 1}', '{"drop_commit": "sometimes"}'):
        switch.settings.control.write_text(broken)
        assert len(driver.get_config(retrieve="running")["running"]) == 100, broken
    switch.settings.control.unlink()
    assert len(driver.get_config(retrieve="running")["running"]) > 100


def test_a_changed_password_refuses_the_login(switch: Switch) -> None:
    switch.fault(wrong_password=True)
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unauthorized"):
        switch.driver().open()


def test_a_changed_certificate_is_refused_by_who_verifies(make_switch: Callable[..., Switch], pki: Path) -> None:
    switch = make_switch(other_certificate=pki / "imposter.crt", other_key=pki / "imposter.key")
    context = ssl.create_default_context(cafile=str(switch.ca))
    switch.driver(context=context).open()
    switch.fault(other_identity=True)
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        switch.driver(context=context).open()
    switch.fault()
    switch.driver(context=context).open()


def test_another_certificate_that_was_not_given_is_no_certificate(switch: Switch) -> None:
    """The fault must not be taken for set while the switch shows the certificate that everybody knows."""
    switch.fault(other_identity=True)
    with pytest.raises(pyeapi.eapilib.ConnectionError):
        switch.driver().open()
