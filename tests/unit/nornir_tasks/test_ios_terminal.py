"""Reading IOS by a terminal of our own: the bytes that NAPALM's driver gives and more, and a clear word where there are none."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.ios.device import STARTUP
from lab.simulators.ios.terminal import Terminal
from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.connections.ios_terminal import IosReader, Plugin, options
from tests.support.simulated_ios import IosSwitch
from tests.support.simulated_switch import PASSWORD, USER

ENABLE = "of-the-enable-prompt-only"


def reader(switch: IosSwitch, password: str = PASSWORD, port: int | None = None, **extras: Any) -> IosReader:
    """A reader of a switch; what is given by keyword replaces what it would be given."""
    plugin = Plugin()
    given = {"timeout": 5, "known_hosts": switch.known_hosts, **extras}
    plugin.open("127.0.0.1", USER, password, port or switch.port, "ios", given)
    found: IosReader = plugin.connection
    return found


def running(switch: IosSwitch, **given: Any) -> bytes:
    """What a switch runs."""
    return reader(switch, **given).read()[0]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("! Last configuration change")]


def test_both_configurations_are_those_that_napalm_reads(ios: IosSwitch) -> None:
    texts = reader(ios).read(startup=True)
    driver = ios.driver(auto_file_prompt=False)
    driver.open()
    found = driver.get_config()
    driver.close()
    assert texts[1] is not None
    assert lines(texts[0].decode()) == lines(found["running"])
    assert lines(texts[1].decode()) == lines(found["startup"])[1:], "NAPALM leaves the size of the startup configuration in it"


def test_who_changed_it_last_stays_in_it_and_what_show_adds_does_not(ios: IosSwitch) -> None:
    for data in reader(ios).read(startup=True):
        text = (data or b"").decode()
        assert text.startswith("!\n! Last configuration change at ")
        assert f"by {USER}\n" in text
        assert text.endswith("\nend")
        assert "bytes" not in text


def test_no_byte_is_lost(ios: IosSwitch) -> None:
    ios.device.running["snmp-server location Müdürlük \udce7ar\udcfe\udcfd"] = None
    assert "snmp-server location Müdürlük ".encode() + b"\xe7ar\xfe\xfd\n" in running(ios)


def test_pages_that_are_held_back_are_asked_for(ios: IosSwitch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user may not set the length of the terminal, the device goes on paging."""
    whole = running(ios)
    monkeypatch.setattr("lab.simulators.ios.cli._LENGTH", 7)
    monkeypatch.setattr("nornir_tasks.connections.ios_terminal.UNPAGED", "terminal length 7")
    assert running(ios) == whole


@pytest.mark.parametrize("banner", ["Yetkisiz giriş yasaktır\r\n", "##########\r\n# hello #\r\n", "one\r\nsw3#\r\ntwo> \r\n"])
def test_a_banner_is_no_prompt(make_ios: Callable[..., IosSwitch], banner: str) -> None:
    assert running(make_ios(banner=banner.replace("\r", ""))).endswith(b"\nend")


@pytest.fixture
def unprivileged(make_ios: Callable[..., IosSwitch], tmp_path: Path) -> IosSwitch:
    (tmp_path / "enable").write_text(f"{ENABLE}\n")
    return make_ios(privilege=1, enable_file=tmp_path / "enable")


def test_privileges_are_asked_for(unprivileged: IosSwitch) -> None:
    assert running(unprivileged, enable_password=ENABLE).endswith(b"\nend")


@pytest.mark.parametrize("password", ["", "another one"])
def test_no_privileges_are_an_error(unprivileged: IosSwitch, password: str) -> None:
    with pytest.raises(DoorError, match="privileged mode") as caught:
        running(unprivileged, enable_password=password)
    assert not isinstance(caught.value, UnreachableError)
    assert "network_enable_password" in str(caught.value.mend)


def test_a_switch_without_an_enable_password_gives_no_privileges(make_ios: Callable[..., IosSwitch]) -> None:
    with pytest.raises(DoorError, match="privileged mode"):
        running(make_ios(privilege=1), enable_password=ENABLE)


def test_another_password_is_a_refused_login(ios: IosSwitch) -> None:
    with pytest.raises(UnreachableError, match=f"refuses the login of {USER}"):
        running(ios, password="another")


def test_another_host_key_is_said(ios: IosSwitch) -> None:
    ios.fault(other_identity=True)
    time.sleep(1)  # the listener changes its key within a moment
    with pytest.raises(UnreachableError, match="host key"):
        running(ios)


def test_nobody_is_trusted_whose_key_nobody_pinned(ios: IosSwitch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UnreachableError, match="host key"):
        running(ios, known_hosts=None)
    (tmp_path / "known_hosts").write_text("# nobody\n")
    with pytest.raises(UnreachableError, match="host key"):
        running(ios, known_hosts=tmp_path / "known_hosts")


def test_a_broken_file_of_known_hosts_is_an_error_that_names_it(ios: IosSwitch, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("nonsense\n")
    with pytest.raises(InventoryError, match="nonsense") as caught:
        running(ios, known_hosts=tmp_path / "known_hosts")
    assert caught.value.path == str(tmp_path / "known_hosts")


def test_a_switch_that_hangs_at_login_is_given_up(ios: IosSwitch) -> None:
    ios.fault(hang_login=True)
    with pytest.raises(UnreachableError, match="within 1 s"):
        running(ios, timeout=1)


@pytest.fixture
def at_show(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Terminal], None]], None]:
    """What the switch does instead of answering `show`."""
    answer = Terminal._answer

    def instead(does: Callable[[Terminal], None]) -> None:
        monkeypatch.setattr(Terminal, "_answer", lambda self, line: does(self) if line.startswith("show") else answer(self, line))

    return instead


def test_a_switch_that_falls_silent_is_given_up(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    at_show(lambda terminal: None)
    with pytest.raises(UnreachableError, match="said nothing for 1 s"):
        running(ios, timeout=1)


def test_a_slow_switch_is_read(ios: IosSwitch) -> None:
    """Each answer is late, none later than our patience; all of them together are."""
    ios.fault(delay=0.5)
    both = reader(ios, timeout=1).read(startup=True)
    assert [data is not None and data.endswith(b"\nend") for data in both] == [True, True]


def test_a_switch_that_goes_on_talking_is_listened_to(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    """An answer may take longer than our patience, if it comes in pieces."""

    def slowly(terminal: Terminal) -> None:
        loop = asyncio.get_running_loop()
        for second in range(1, 5):
            loop.call_later(second * 0.4, terminal._write, f"line {second}\n")
        loop.call_later(2.0, terminal._write, "sw3#")

    at_show(slowly)
    assert running(ios, timeout=1) == b"line 1\nline 2\nline 3\nline 4"


@pytest.mark.parametrize("length", [300, 301, 302])
def test_half_an_answer_is_given_as_it_is(ios: IosSwitch, length: int) -> None:
    """Who keeps it refuses it. The prompt stands in the middle of a line then."""
    ios.fault(truncate=length)
    half = running(ios)
    assert b"hostname" in half
    assert not half.endswith(b"end")
    assert b"sw3#" not in half


def test_a_line_that_ends_like_the_prompt_does_not_end_the_answer(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    """Not even where the device pauses there."""

    def paused(terminal: Terminal) -> None:
        terminal._write("snmp-server contact sw3#")
        asyncio.get_running_loop().call_later(0.3, terminal._write, "\nend\nsw3#")

    at_show(paused)
    assert running(ios) == b"snmp-server contact sw3#\nend"


def test_a_refusal_is_given_as_it_is(ios: IosSwitch) -> None:
    ios.device.flash.delete(STARTUP)
    assert reader(ios).read(startup=True)[1] == b"startup-config is not present"


def test_closing_wakes_who_reads(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    """As the fleet does it with a device that takes too long."""
    found = reader(ios, timeout=30)
    at_show(lambda terminal: threading.Timer(0.3, found.close).start())
    with pytest.raises(UnreachableError, match="was closed"):
        found.read()
    assert _soon(lambda: not ios.device.logins)


def test_a_switch_that_closes_the_session_is_noticed(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    at_show(lambda terminal: terminal._drop())
    with pytest.raises(UnreachableError, match="closed"):
        running(ios, timeout=30)


def test_a_switch_that_logs_us_out_is_noticed(ios: IosSwitch, at_show: Callable[..., None]) -> None:
    at_show(lambda terminal: terminal._leave(0))
    with pytest.raises(UnreachableError, match="closed"):
        running(ios, timeout=30)


def test_no_session_stays_open(ios: IosSwitch) -> None:
    assert running(ios)
    assert _soon(lambda: not ios.device.logins)


def _soon(true: Callable[[], bool]) -> bool:
    for _ in range(100):
        if true():
            return True
        time.sleep(0.05)
    return False


def test_where_nobody_listens(ios: IosSwitch) -> None:
    with pytest.raises(UnreachableError, match="no connection with 127"):
        running(ios, port=1)


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
