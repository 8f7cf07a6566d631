"""Reading IOS by a terminal of our own: the bytes that NAPALM's driver gives and more, and a clear word where there are none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.ios.device import STARTUP
from muhtar.errors import DoorError, UnreachableError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.connections.ios_terminal import IosTerminal, Plugin, options
from tests.support.simulated_ios import IosSwitch
from tests.support.simulated_switch import PASSWORD, USER

ENABLE = "of-the-enable-prompt-only"


@pytest.fixture
def opened() -> Iterator[Callable[..., IosTerminal]]:
    """Log in to a switch; what is given by keyword replaces what a session would be given."""
    plugins: list[Plugin] = []

    def make(switch: IosSwitch, password: str = PASSWORD, port: int | None = None, **extras: Any) -> IosTerminal:
        plugin = Plugin()
        given = {"timeout": 5, "known_hosts": switch.known_hosts, **extras}
        plugin.open("127.0.0.1", USER, password, port or switch.port, "ios", given)
        plugins.append(plugin)
        terminal: IosTerminal = plugin.connection
        return terminal

    yield make
    for plugin in plugins:
        plugin.close()


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("! Last configuration change")]


def test_both_configurations_are_those_that_napalm_reads(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    terminal = opened(ios)
    running, startup = terminal.running().decode(), terminal.startup().decode()
    driver = ios.driver(auto_file_prompt=False)
    driver.open()
    found = driver.get_config()
    driver.close()
    assert lines(running) == lines(found["running"])
    assert lines(startup) == lines(found["startup"])[1:], "NAPALM leaves the size of the startup configuration in it"


def test_who_changed_it_last_stays_in_it_and_what_show_adds_does_not(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    terminal = opened(ios)
    for text in (terminal.running().decode(), terminal.startup().decode()):
        assert text.startswith("!\n! Last configuration change at ")
        assert f"by {USER}\n" in text
        assert text.endswith("\nend")
        assert "bytes" not in text


def test_no_byte_is_lost(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    ios.device.running["snmp-server location Müdürlük \udce7ar\udcfe\udcfd"] = None
    assert "snmp-server location Müdürlük ".encode() + b"\xe7ar\xfe\xfd\n" in opened(ios).running()


def test_pages_that_are_held_back_are_asked_for(
    ios: IosSwitch, opened: Callable[..., IosTerminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the user may not set the length of the terminal, the device goes on paging."""
    whole = opened(ios).running()
    monkeypatch.setattr("lab.simulators.ios.cli._LENGTH", 7)
    monkeypatch.setattr("nornir_tasks.connections.ios_terminal.UNPAGED", "terminal length 7")
    assert opened(ios).running() == whole


@pytest.mark.parametrize("banner", ["Yetkisiz giriş yasaktır\r\n", "##########\r\n# hello #\r\n", "one\r\nsw3#\r\ntwo> \r\n"])
def test_a_banner_is_no_prompt(make_ios: Callable[..., IosSwitch], opened: Callable[..., IosTerminal], banner: str) -> None:
    terminal = opened(make_ios(banner=banner.replace("\r", "")))
    assert terminal.running().endswith(b"\nend")


@pytest.fixture
def unprivileged(make_ios: Callable[..., IosSwitch], tmp_path: Path) -> IosSwitch:
    (tmp_path / "enable").write_text(f"{ENABLE}\n")
    return make_ios(privilege=1, enable_file=tmp_path / "enable")


def test_privileges_are_asked_for(unprivileged: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    assert opened(unprivileged, enable_password=ENABLE).running().endswith(b"\nend")


@pytest.mark.parametrize("password", ["", "another one"])
def test_no_privileges_are_an_error(unprivileged: IosSwitch, opened: Callable[..., IosTerminal], password: str) -> None:
    with pytest.raises(DoorError, match="privileged mode") as caught:
        opened(unprivileged, enable_password=password)
    assert not isinstance(caught.value, UnreachableError)
    assert "network_enable_password" in str(caught.value.mend)


def test_a_switch_without_an_enable_password_gives_no_privileges(
    make_ios: Callable[..., IosSwitch], opened: Callable[..., IosTerminal]
) -> None:
    with pytest.raises(DoorError, match="privileged mode"):
        opened(make_ios(privilege=1), enable_password=ENABLE)


def test_another_password_is_a_refused_login(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    with pytest.raises(UnreachableError, match=f"refuses the login of {USER}"):
        opened(ios, password="another")


def test_another_host_key_is_said(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    ios.fault(other_identity=True)
    time.sleep(1)  # the listener changes its key within a moment
    with pytest.raises(UnreachableError, match="host key"):
        opened(ios)


def test_nobody_is_trusted_whose_key_nobody_pinned(
    ios: IosSwitch, opened: Callable[..., IosTerminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UnreachableError, match="host key"):
        opened(ios, known_hosts=None)
    (tmp_path / "known_hosts").write_text("# nobody\n")
    with pytest.raises(UnreachableError, match="host key"):
        opened(ios, known_hosts=tmp_path / "known_hosts")


def test_a_switch_that_hangs_at_login_is_given_up(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    ios.fault(hang_login=True)
    with pytest.raises(UnreachableError, match="within 1 s"):
        opened(ios, timeout=1)


def test_a_switch_that_falls_silent_is_given_up(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    terminal = opened(ios, timeout=1)
    ios.fault(delay=30)
    with pytest.raises(UnreachableError, match="said nothing for 1 s"):
        terminal.running()


def test_a_slow_switch_is_read(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    """Each answer is late, none later than our patience; all of them together are."""
    ios.fault(delay=0.5)
    terminal = opened(ios, timeout=1)
    assert terminal.running().endswith(b"\nend")
    assert terminal.startup().endswith(b"\nend")


@pytest.mark.parametrize("length", [300, 301, 302])
def test_half_an_answer_is_given_as_it_is(ios: IosSwitch, opened: Callable[..., IosTerminal], length: int) -> None:
    """Who keeps it refuses it. The prompt stands in the middle of a line then."""
    terminal = opened(ios)
    ios.fault(truncate=length)
    running = terminal.running()
    assert b"hostname" in running
    assert not running.endswith(b"end")
    assert b"sw3#" not in running


def test_a_line_that_ends_like_the_prompt_does_not_end_the_answer(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    ios.device.running["snmp-server contact sw3#"] = None
    running = opened(ios).running()
    assert b"snmp-server contact sw3#\n" in running
    assert running.endswith(b"\nend")


def test_a_refusal_is_given_as_it_is(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    terminal = opened(ios)
    ios.device.flash.delete(STARTUP)
    assert terminal.startup() == b"startup-config is not present"


def test_closing_wakes_who_reads(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    """As the fleet does it with a device that takes too long."""
    terminal = opened(ios, timeout=30)
    ios.fault(delay=30)
    threading.Timer(0.3, terminal.close).start()
    with pytest.raises(UnreachableError, match="closed"):
        terminal.running()


def test_a_switch_that_closes_the_session_is_noticed(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    terminal = opened(ios, timeout=30)
    ios.restart()
    with pytest.raises(UnreachableError, match="closed"):
        terminal.running()


def test_where_nobody_listens(ios: IosSwitch, opened: Callable[..., IosTerminal]) -> None:
    with pytest.raises(UnreachableError, match="no connection with 127"):
        opened(ios, port=1)


def test_options_follow_the_inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    known = tmp_path / "sites" / "lab" / "ssh" / "known_hosts"
    known.parent.mkdir(parents=True)
    known.write_text("")
    variables = {
        "ansible_host": "10.0.0.9", "ansible_user": "ops", "network_password": "p", "network_enable_password": "e",
        "network_timeout": 7, "ansible_ssh_private_key_file": "/keys/ops",
    }  # fmt: skip
    found = options(Target("sw9", ("network",), variables), Site("lab"))
    assert (found.hostname, found.username, found.password) == ("10.0.0.9", "ops", "p")
    assert found.extras == {"timeout": 7, "known_hosts": known, "key_file": "/keys/ops", "enable_password": "e"}
