"""The program as a container runs it: standard library only, settings from a file, state in a folder, signals."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.eos.device import STARTUP, Device
from lab.simulators.eos.settings import load
from lab.simulators.settings import SettingsError
from tests.support.simulated_switch import DATA, PASSWORD, Switch

ROOT = Path(__file__).parents[4]


@pytest.fixture
def config(pki: Path, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "password").write_text(PASSWORD)
    return {
        "name": "sw1",
        "address": "127.0.0.1",
        "port": 0,
        "ports": 4,
        "certificate": str(pki / "switch.crt"),
        "key": str(pki / "switch.key"),
        "password_file": str(tmp_path / "password"),
        "initial_config": str(DATA / "initial.conf"),
        "state": str(tmp_path / "state"),
        "neighbors": [{"port": "Ethernet1", "device": "sw2", "device_port": "Ethernet1"}],
    }


@pytest.fixture
def start(config: dict[str, Any], tmp_path: Path) -> Iterator[Any]:
    """Starts the program without site-packages (`-S`), as Debian's bare python3 would."""
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        path = tmp_path / "switch.json"
        path.write_text(json.dumps(config))
        argv = [sys.executable, "-S", "-m", "lab.simulators.eos", "--config", str(path)]
        child = subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})
        started.append(child)
        return child

    yield run
    for child in started:
        child.kill()
        child.wait(10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN + 3])
def test_it_serves_until_told_to_stop(number: int, start: Any, config: dict[str, Any], pki: Path) -> None:
    child = start()
    line = child.stderr.readline()
    assert "eAPI on 127.0.0.1:" in line
    port = int(line.rsplit(":", 1)[1])
    driver = Switch.driver_for(port)
    driver.open()
    driver.load_merge_candidate(config="hostname kept\n")
    driver.commit_config()
    idle = HTTPSConnection("127.0.0.1", port, timeout=10, context=ssl.create_default_context(cafile=str(pki / "ca.crt")))
    idle.connect()
    started = time.monotonic()
    child.send_signal(number)
    assert child.wait(10) == 0
    assert time.monotonic() - started < 5
    idle.close()
    assert "Traceback" not in child.stderr.read()
    assert "hostname kept" in (Path(config["state"]) / "flash" / "startup-config").read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prot": 1}, "unknown key 'prot'"),
        ({"port": "443"}, "port: must be int"),
        ({"password_file": "/nowhere"}, "cannot be read"),
        ({"certificate": "/nowhere"}, "not a usable certificate"),
        ({"initial_config": "/nowhere"}, "No such file"),
        ({"neighbors": [{"port": "Ethernet1"}]}, "'device' is missing"),
        ({"faults": {"drop_commit": "now"}}, "drop_commit"),
    ],
)
def test_wrong_settings_end_it_with_one_line(start: Any, config: dict[str, Any], change: dict[str, Any], message: str) -> None:
    config.update(change)
    child = start()
    assert child.wait(20) == 1
    said = child.stderr.read()
    assert message in said
    assert "Traceback" not in said


def test_an_initial_configuration_that_locks_everybody_out_is_refused(switch: Switch, tmp_path: Path) -> None:
    lines = (DATA / "initial.conf").read_text().replace("   no shutdown\n", "")
    (tmp_path / "initial.conf").write_text(lines)
    with pytest.raises(SettingsError, match="nobody could log in"):
        Device(replace(switch.settings, initial_config=tmp_path / "initial.conf", state=tmp_path / "state"))


def test_an_initial_configuration_with_an_unknown_line_is_refused(switch: Switch, tmp_path: Path) -> None:
    (tmp_path / "initial.conf").write_text("hostnam sw1\n")
    with pytest.raises(SettingsError, match="hostnam"):
        Device(replace(switch.settings, initial_config=tmp_path / "initial.conf", state=tmp_path / "state"))


def test_a_startup_configuration_wins_over_the_initial_one(switch: Switch) -> None:
    switch.device.flash.write(STARTUP, switch.device.flash.read(STARTUP).replace("hostname sw1", "hostname flashed"))
    switch.restart()
    assert switch.device.hostname == "flashed"


def test_unsaved_changes_are_gone_after_a_restart(switch: Switch) -> None:
    switch.device.open_session("a").candidate["hostname lost"] = None
    switch.device.commit("a")
    switch.restart()
    assert switch.device.hostname == "sw1"
    assert switch.device.sessions == {}


def test_the_settings_in_the_documentation_load(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "simulators.md").read_text()
    example = text.split("```json\n", 1)[1].split("```", 1)[0]
    (tmp_path / "switch.json").write_text(example)
    assert load(tmp_path / "switch.json").name == "sw1"
