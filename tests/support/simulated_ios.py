"""A simulated IOS switch in this process, on loopback."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.hardware import Neighbor
from lab.simulators.ios.device import Device
from lab.simulators.ios.server import IosServer
from lab.simulators.ios.settings import Settings
from tests.support.simulated_switch import PASSWORD, USER, Simulated

IOS_DATA = Path(__file__).parents[1] / "unit" / "lab" / "simulators" / "ios"


class IosSwitch(Simulated[Device]):
    """An IOS switch. `known_hosts` pins its key."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.control = settings.control
        self._start()
        public = settings.host_key.with_name(f"{settings.host_key.name}.pub").read_text()
        self.known_hosts = settings.host_key.with_name("known_hosts")
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}")

    def _make(self) -> None:
        self.device = Device(self.settings)
        self._server = IosServer(self.device)

    def driver(self, **options: Any) -> Any:
        """NAPALM's own ios driver, not yet opened; `password` and `timeout` aside, the options are its optional_args."""
        from napalm import get_network_driver

        password = options.pop("password", PASSWORD)
        timeout = options.pop("timeout", 20)
        pinned = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(self.known_hosts)}
        arguments = {"port": self.port, "dest_file_system": "flash:", **pinned, **options}
        return get_network_driver("ios")("127.0.0.1", USER, password, timeout=timeout, optional_args=arguments)


def host_key(path: Path) -> Path:
    """An SSH host key at `path`, its public half beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def make_ios(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., IosSwitch]]:
    """Start an IOS switch; the settings can be overridden by keyword."""
    running: list[IosSwitch] = []

    def make(**overrides: Any) -> IosSwitch:
        folder = tmp_path_factory.mktemp("ios")
        (folder / "password").write_text(PASSWORD + "\n")
        settings = Settings(
            name="sw3",
            host_key=host_key(folder / "host_key"),
            password_file=folder / "password",
            initial_config=IOS_DATA / "initial.conf",
            state=folder / "state",
            user=USER,
            address="127.0.0.1",
            port=0,
            ports=4,
            neighbors=(
                Neighbor("GigabitEthernet0/1", "sw2", "Ethernet1", "02:00:00:00:00:22"),
                Neighbor("GigabitEthernet0/3", "down", "Ethernet1"),
            ),
            control=folder / "control.json",
        )
        switch = IosSwitch(replace(settings, **overrides))
        running.append(switch)
        return switch

    yield make
    for switch in running:
        switch.stop()


@pytest.fixture
def ios(make_ios: Callable[..., IosSwitch]) -> IosSwitch:
    return make_ios()
