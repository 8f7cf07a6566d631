"""Reading an SSH channel through our plugin: a session that breaks is noticed, and no letter is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
from napalm.base.exceptions import ConnectionClosedException, ConnectionException

from nornir_tasks.connections.lively import LivelyChannel
from nornir_tasks.connections.napalm import Plugin
from tests.support.simulated_ios import IOS_DATA, IosSwitch
from tests.support.simulated_switch import PASSWORD, USER


class Wire:
    """A paramiko channel that gives what it was given, packet by packet."""

    def __init__(self, *packets: bytes) -> None:
        self._packets = list(packets)
        self.closed = self.eof_received = False

    def recv_ready(self) -> bool:
        return bool(self._packets)

    def recv(self, _size: int) -> bytes:
        return self._packets.pop(0)


def opened(ios: IosSwitch) -> Plugin:
    plugin = Plugin()
    pinned = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(ios.known_hosts), "auto_file_prompt": False}
    plugin.open("127.0.0.1", USER, PASSWORD, ios.port, "ios", {"timeout": 10, "optional_args": pinned})
    return plugin


def test_letters_of_older_switches_are_read_and_none_is_cut_in_two() -> None:
    whole = "description Belediye Şube\n".encode()
    channel = LivelyChannel(Wire(whole[:-7], whole[-7:], "description Çarşı\n".encode("iso-8859-9")))
    assert channel.read_channel() == "description Belediye Şube\ndescription Çarşı\n"


def test_nothing_to_read_is_nothing_while_the_session_lives() -> None:
    wire = Wire()
    channel = LivelyChannel(wire)
    assert channel.read_channel() == ""
    wire.closed = True
    with pytest.raises(ConnectionClosedException):
        channel.read_channel()


@pytest.mark.parametrize(("when", "hostname"), [("before", "sw3"), ("after", "sw3-changed")])
def test_a_session_cut_in_mid_commit_is_noticed_at_once(ios: IosSwitch, when: str, hostname: str) -> None:
    """Netmiko alone waits 90 s for an answer that cannot come."""
    plugin = opened(ios)
    device: Any = plugin.connection
    device.load_replace_candidate(filename=str(IOS_DATA / "new_good.conf"))
    ios.fault(drop_commit=when)
    started = time.monotonic()
    with pytest.raises(ConnectionException):
        device.commit_config(revert_in=60)
    assert time.monotonic() - started < 10
    assert ios.device.hostname == hostname
    plugin.close()


def test_another_host_key_is_said(ios: IosSwitch) -> None:
    ios.fault(other_identity=True)
    time.sleep(1)  # the listener changes its key within a moment
    with pytest.raises(ConnectionException, match=r"(?i)host key"):
        opened(ios)
