"""Simulated switches of the town, each at a port of this machine, for tests that carry plans out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.files import factory_config
from lab.simulators.eos.settings import Settings
from lab.simulators.hardware import Neighbor
from muhtar.settings import Site
from tests.support.simulated_ios import IosSwitch, make_ios
from tests.support.simulated_switch import Switch, certificate
from tests.support.town import SWITCH_PASSWORD, lab_site

__all__ = ["make_ios"]


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(SWITCH_PASSWORD, encoding="utf-8")
    return path


@pytest.fixture
def sw1(tmp_path: Path, password_file: Path) -> Iterator[Switch]:
    """The town's EOS switch as it came from the factory."""
    certificate(tmp_path, "127.0.0.1", certificate(tmp_path, "ca", None))
    (tmp_path / "eos.cfg").write_text(factory_config("sw1", "eos"), encoding="utf-8")
    found = Switch(
        Settings(
            name="sw1",
            certificate=tmp_path / "127.0.0.1.crt",
            key=tmp_path / "127.0.0.1.key",
            password_file=password_file,
            initial_config=tmp_path / "eos.cfg",
            state=tmp_path / "flash",
            address="127.0.0.1",
            port=0,
            control=tmp_path / "eos.json",
        ),
        tmp_path / "ca.crt",
    )
    yield found
    found.stop()


@pytest.fixture
def sw3(tmp_path: Path, password_file: Path, make_ios: Callable[..., IosSwitch]) -> IosSwitch:
    """The town's IOS switch as it came from the factory."""
    (tmp_path / "ios.cfg").write_text(factory_config("sw3", "ios"), encoding="utf-8")
    trunk = Neighbor("GigabitEthernet0/1", "sw2", "Ethernet5", "02:00:00:00:00:22")
    return make_ios(password_file=password_file, initial_config=tmp_path / "ios.cfg", ports=8, neighbors=(trunk,))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The lab's inventory, with its state in a folder of the test."""
    return lab_site(tmp_path / "home", monkeypatch)


@pytest.fixture
def eos_site(site: Site, sw1: Switch) -> Site:
    """Sessions with sw1 go to where its simulator listens."""
    _way(site, "sw1", sw1.port)
    (site.overlay / "ca").mkdir()
    shutil.copy(sw1.ca, site.overlay / "ca" / "ca.crt")
    return site


@pytest.fixture
def ios_site(site: Site, sw3: IosSwitch) -> Site:
    """Sessions with sw3 go to where its simulator listens, whose host key is pinned."""
    _way(site, "sw3", sw3.port)
    (site.overlay / "ssh").mkdir()
    shutil.copy(sw3.known_hosts, site.overlay / "ssh" / "known_hosts")
    return site


def _way(site: Site, name: str, port: int) -> None:
    """The address of the management port is rendered too; the session goes to where the simulator listens."""
    own = site.overlay / "host_vars" / name
    own.mkdir(parents=True)
    (own / "way.yml").write_text(f"ansible_host: 127.0.0.1\nansible_port: {port}\n", encoding="utf-8")
