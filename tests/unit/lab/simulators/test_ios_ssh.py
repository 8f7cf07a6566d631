"""SSH itself, by another client: one command without a terminal, file transfers, the keys of a terminal; and the program."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from scp import SCPClient, SCPException

from lab.simulators.ios.settings import load
from tests.support.simulated_ios import IOS_DATA, IosSwitch, host_key
from tests.support.simulated_switch import PASSWORD, USER

ROOT = Path(__file__).parents[4]


def connected(port: int) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("127.0.0.1", port, USER, PASSWORD, allow_agent=False, look_for_keys=False, timeout=10)
    return client


@pytest.fixture
def client(ios: IosSwitch) -> Iterator[paramiko.SSHClient]:
    found = connected(ios.port)
    yield found
    found.close()


def screen(channel: paramiko.Channel, keys: bytes, until: str) -> str:
    channel.sendall(keys)
    seen = ""
    deadline = time.monotonic() + 5
    while not seen.endswith(until):
        assert time.monotonic() < deadline, seen
        if channel.recv_ready():
            seen += channel.recv(65536).decode()
        else:
            time.sleep(0.01)
    return seen


def test_one_command_without_a_terminal(client: paramiko.SSHClient) -> None:
    _, output, _ = client.exec_command("show ip interface brief")
    assert "Vlan10" in output.read().decode()
    assert output.channel.recv_exit_status() == 0


def test_a_terminal_echoes_what_is_typed_and_takes_corrections(client: paramiko.SSHClient) -> None:
    channel = client.invoke_shell()
    assert screen(channel, b"", "sw3#").startswith("\r\n")
    assert screen(channel, b"show privx\x08ilege\r", "sw3#") == "show privilege\r\nCurrent privilege level is 15\r\nsw3#"
    assert screen(channel, b"junk\x15\n", "sw3#") == "\r\nsw3#"
    assert screen(channel, b"conf t\r\n", "sw3(config)#").startswith("conf t\r\nEnter configuration commands")
    assert screen(channel, b"\x1a", "sw3#") == "\r\nsw3#"
    channel.sendall(b"exit\n")
    assert channel.recv_exit_status() == 0


def test_a_long_answer_comes_in_pages(client: paramiko.SSHClient) -> None:
    channel = client.invoke_shell()
    assert screen(channel, b"", "sw3#")
    assert screen(channel, b"show running-config\n", " --More-- ").count("\r\n") == 24, "the echo and 23 lines"
    assert screen(channel, b"\n", " --More-- ").count("\r\n") == 1
    assert screen(channel, b" ", " --More-- ").count("\r\n") == 23
    assert screen(channel, b"q", "sw3#").strip("\b ") == "sw3#"
    assert screen(channel, b"term len 0\n", "sw3#")
    assert screen(channel, b"show running-config\n", "sw3#").endswith("end\r\nsw3#")


def test_lines_typed_ahead_are_answered_one_after_another(ios: IosSwitch, client: paramiko.SSHClient) -> None:
    channel = client.invoke_shell()
    screen(channel, b"", "sw3#")
    ios.fault(delay=0.1)
    seen = screen(channel, b"show privilege\nshow privilege\nshow clock\n", "sw3#")
    while seen.count("sw3#") < 3:
        seen += screen(channel, b"", "sw3#")
    assert re.findall(r"(?:^|#)(show \w+)", seen) == ["show privilege", "show privilege", "show clock"]


def test_who_is_logged_in(ios: IosSwitch, client: paramiko.SSHClient) -> None:
    other = connected(ios.port)
    _, output, _ = client.exec_command("show users")
    assert output.read().decode().count("127.0.0.1") == 2
    other.close()


def test_files_there_and_back(ios: IosSwitch, client: paramiko.SSHClient, tmp_path: Path) -> None:
    data = "description Çarşı\r\n".encode() + b"\xe7\xfe no UTF-8\n"
    (tmp_path / "there").write_bytes(data)
    transport = client.get_transport()
    assert transport is not None
    with SCPClient(transport) as scp:
        scp.put(str(tmp_path / "there"), "flash:/letters.txt", preserve_times=True)
        scp.get("flash:/letters.txt", str(tmp_path / "back"))
        scp.putfo(io.BytesIO(b""), "flash:empty")
        with pytest.raises(SCPException, match="No such file"):
            scp.get("flash:none", str(tmp_path / "none"))
    assert (tmp_path / "back").read_bytes() == data
    assert ios.device.flash.read("flash:empty") == ""


def test_no_file_leaves_the_flash(client: paramiko.SSHClient) -> None:
    transport = client.get_transport()
    assert transport is not None
    with SCPClient(transport) as scp, pytest.raises(SCPException):
        scp.putfo(io.BytesIO(b"x"), "flash:../password")


@pytest.fixture
def config(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "password").write_text(PASSWORD)
    return {
        "name": "sw3",
        "address": "127.0.0.1",
        "port": 0,
        "ports": 4,
        "host_key": str(host_key(tmp_path / "host_key")),
        "password_file": str(tmp_path / "password"),
        "initial_config": str(IOS_DATA / "initial.conf"),
        "state": str(tmp_path / "state"),
    }


@pytest.fixture
def start(config: dict[str, Any], tmp_path: Path) -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        path = tmp_path / "switch.json"
        path.write_text(json.dumps(config))
        argv = [sys.executable, "-m", "lab.simulators.ios", "--config", str(path)]
        child = subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})
        started.append(child)
        return child

    yield run
    for child in started:
        child.kill()
        child.wait(10)


def test_the_program_serves_until_it_is_told_to_stop(start: Any) -> None:
    child = start()
    port = 0
    while not port:
        line = child.stderr.readline()
        assert line, "ended before it served"
        found = re.search(r"SSH on 127\.0\.0\.1:(\d+)", line)
        port = int(found[1]) if found else 0
    connected(port).close()
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    assert PASSWORD not in child.stderr.read()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"port": 70000}, "port must be"),
        ({"privilege": 16}, "privilege must be"),
        ({"host_key": "/nonexistent"}, "not a usable SSH host key"),
        ({"initial_config": "/nonexistent"}, "No such file"),
        ({"faults": {"delay": -1}}, "must not be negative"),
    ],
)
def test_wrong_settings_end_it_with_one_line(start: Any, config: dict[str, Any], change: dict[str, Any], message: str) -> None:
    config.update(change)
    child = start()
    assert child.wait(20) == 1
    said = child.stderr.read()
    assert message in said
    assert "Traceback" not in said


def test_the_settings_in_the_documentation_load(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "simulators.md").read_text()
    example = next(part.split("```", 1)[0] for part in text.split("```json\n")[1:] if "host_key" in part)
    (tmp_path / "switch.json").write_text(example)
    assert load(tmp_path / "switch.json").name == "sw3"
