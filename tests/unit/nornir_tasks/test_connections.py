"""How sessions are opened, by what the inventory says."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from muhtar.errors import InventoryError, UsageError
from muhtar.inventory import Inventory, Target
from muhtar.settings import Site
from nornir_tasks.connections import kind
from nornir_tasks.connections.napalm import options
from tests.support.town import SWITCH_PASSWORD, lab_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


def test_a_router_is_reached_with_pinned_host_keys(site: Site) -> None:
    folder = site.overlay / "ssh"
    folder.mkdir()
    for name in ("config", "known_hosts"):
        (folder / name).write_text("")
    found = options(Inventory.load(site).target("r1"), site)
    assert (found.hostname, found.username, found.platform) == ("192.0.2.11", "muhtar", "frr")
    assert found.extras is not None
    assert found.extras["optional_args"] == {
        "ssh_config_file": str(folder / "config"),
        "known_hosts": str(folder / "known_hosts"),
    }


def test_a_switch_is_reached_over_verified_tls(site: Site) -> None:
    found = options(Inventory.load(site).target("sw1"), site)
    assert found.password == SWITCH_PASSWORD
    assert found.extras is not None
    context = found.extras["optional_args"]["context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_an_ios_switch_is_reached_with_its_pinned_host_key_and_left_alone(site: Site) -> None:
    folder = site.overlay / "ssh"
    folder.mkdir()
    (folder / "known_hosts").write_text("r1,192.0.2.11 ssh-ed25519 AAAA\nsw3,192.0.2.23 ssh-ed25519 BBBB\n")
    found = options(Inventory.load(site).target("sw3"), site)
    assert (found.platform, found.password) == ("ios", SWITCH_PASSWORD)
    assert found.extras is not None
    arguments = found.extras["optional_args"]
    assert arguments["ssh_strict"] is True
    assert Path(arguments["alt_key_file"]).read_text() == "sw3,192.0.2.23 ssh-ed25519 BBBB\n"
    # Otherwise NAPALM types into the configuration of a device that it only reads.
    assert arguments["auto_file_prompt"] is False
    assert arguments["auth_timeout"] == found.extras["timeout"]


def test_a_switch_without_a_password_is_an_error_not_an_anonymous_login(site: Site) -> None:
    target = Target("sw9", (), {"muhtar_platform": "eos"})
    with pytest.raises(InventoryError, match="network_password"):
        options(target, site)


def test_a_target_without_a_platform(site: Site) -> None:
    with pytest.raises(InventoryError, match="muhtar_platform"):
        options(Target("web1", (), {}), site)


@pytest.mark.parametrize("name", ["nosuch", "../napalm", ""])
def test_an_unknown_kind_of_session(name: str) -> None:
    with pytest.raises(UsageError):
        kind(name)
