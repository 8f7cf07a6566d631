"""Simulated switches for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.eos.settings import Settings
from lab.simulators.hardware import Neighbor
from tests.support.simulated_ios import ios, make_ios
from tests.support.simulated_switch import DATA, PASSWORD, USER, Switch, certificate

__all__ = ["ios", "make_ios", "make_switch", "pki", "switch"]


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `ca.crt`, `switch.crt`, `switch.key`, and `other.crt`, a CA that signed only `imposter.crt`."""
    folder = tmp_path_factory.mktemp("pki")
    ca = certificate(folder, "ca", None)
    certificate(folder, "switch", ca)
    certificate(folder, "imposter", certificate(folder, "other", None))
    return folder


@pytest.fixture(scope="session")
def make_switch(pki: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Switch]]:
    """Start a switch; the settings can be overridden by keyword."""
    running: list[Switch] = []

    def make(**overrides: Any) -> Switch:
        folder = tmp_path_factory.mktemp("switch")
        (folder / "password").write_text(PASSWORD + "\n")
        settings = Settings(
            name="sw1",
            certificate=pki / "switch.crt",
            key=pki / "switch.key",
            password_file=folder / "password",
            initial_config=DATA / "initial.conf",
            state=folder / "state",
            user=USER,
            address="127.0.0.1",
            port=0,
            ports=4,
            neighbors=(
                Neighbor("Ethernet1", "sw2", "Ethernet1", "02:00:00:00:00:22"),
                Neighbor("Ethernet3", "down", "Ethernet1"),
            ),
            control=folder / "control.json",
        )
        switch = Switch(replace(settings, **overrides), pki / "ca.crt")
        running.append(switch)
        return switch

    yield make
    for switch in running:
        switch.stop()


@pytest.fixture
def switch(make_switch: Callable[..., Switch]) -> Switch:
    return make_switch()
