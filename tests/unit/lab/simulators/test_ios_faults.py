"""Each fault as a client meets it, set by the control file while the switch runs, and gone again with it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from napalm.base.exceptions import ConnectionException
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException
from paramiko.ssh_exception import SSHException

from tests.support.simulated_ios import IOS_DATA, IosSwitch

NEW = str(IOS_DATA / "new_good.conf")


@pytest.fixture
def driver(ios: IosSwitch) -> Any:
    driver = ios.driver(auto_file_prompt=False)
    driver.open()
    yield driver
    ios.fault()
    driver.close()


def test_a_switch_that_hangs_at_login_times_out(ios: IosSwitch) -> None:
    ios.fault(hang_login=True)
    with pytest.raises((NetmikoAuthenticationException, NetmikoTimeoutException, SSHException)):
        ios.driver(auth_timeout=1).open()
    ios.fault()
    driver = ios.driver()
    driver.open()
    driver.close()


def test_a_changed_password_refuses_the_login(ios: IosSwitch) -> None:
    ios.fault(wrong_password=True)
    with pytest.raises(NetmikoAuthenticationException):
        ios.driver().open()


def test_a_changed_host_key_is_refused_by_who_pinned_it(ios: IosSwitch) -> None:
    ios.fault(other_identity=True)
    time.sleep(1)  # the listener changes its key within a moment
    with pytest.raises(ConnectionException) as caught:
        ios.driver().open()
    assert "host key" in str(caught.value.__context__).lower()
    ios.fault()
    time.sleep(1)
    driver = ios.driver()
    driver.open()
    driver.close()


def test_a_slow_switch_is_slow_and_right(ios: IosSwitch, driver: Any) -> None:
    ios.fault(delay=0.4)
    started = time.monotonic()
    assert driver.get_facts()["hostname"] == "sw3"
    assert time.monotonic() - started >= 3 * 0.4


def test_a_refused_line_fails_the_replace_and_changes_nothing(ios: IosSwitch, driver: Any) -> None:
    ios.fault(refuse=["description"])
    driver.load_replace_candidate(filename=NEW)
    with pytest.raises(Exception, match="not supported on this platform"):
        driver.commit_config()
    assert ios.device.hostname == "sw3"


def test_truncated_output_is_short_without_saying_so(ios: IosSwitch, driver: Any) -> None:
    ios.fault(truncate=300)
    running = driver.get_config(retrieve="running")["running"]
    assert "hostname" in running
    assert not running.endswith("end")
    assert len(running) <= 300
