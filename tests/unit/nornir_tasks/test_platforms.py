"""The table of platforms, and the errors of a host whose platform cannot be spoken with."""

from __future__ import annotations

import importlib.util
import ssl
from pathlib import Path

import pytest
from hier_config import Platform as Grammar
from napalm import get_network_driver

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.settings import Site
from nornir_tasks import platforms
from nornir_tasks.connections.napalm import options
from nornir_tasks.platforms import PLATFORMS, Platform, platform_of, require_driver
from nornir_tasks.render_config import intended_config
from tests.support.town import lab_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


def unknown(site: Site, tmp_path: Path) -> Target:
    """A host of the inventory that names a platform which does not exist, on line 2 of its own file."""
    path = site.overlay / "host_vars" / "r1.yml"
    path.parent.mkdir(parents=True)
    path.write_text("# somebody's new box\nmuhtar_platform: frrr\n")
    return Inventory.load(site).target("r1")


def test_every_platform_that_was_promised_is_there() -> None:
    assert list(PLATFORMS) == ["frr", "ios", "eos", "junos", "nxos", "routeros", "fortios", "vrp", "procurve", "panos"]


@pytest.mark.parametrize("platform", [one for one in PLATFORMS.values() if not one.package], ids=lambda one: one.name)
def test_what_comes_along_can_be_spoken_with(platform: Platform) -> None:
    assert get_network_driver(platform.driver)
    assert require_driver(Target("x", (), {"muhtar_platform": platform.name})) is platform


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda one: one.name)
def test_grammars_are_those_of_hier_config(platform: Platform) -> None:
    assert platform.hier is None or platform.hier in Grammar.__members__


def test_an_unknown_platform_names_the_host_the_file_and_the_line(site: Site, tmp_path: Path) -> None:
    target = unknown(site, tmp_path)
    for ask in (platform_of, require_driver, intended_config, lambda found: options(found, site)):
        with pytest.raises(InventoryError, match="platform of r1, 'frrr', is not known") as caught:
            ask(target)
        assert (caught.value.path or "").endswith("host_vars/r1.yml")
        assert caught.value.line == 2
        assert "frr, ios, eos" in (caught.value.mend or "")


def test_a_driver_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Platform("gone", "Gone OS", "gone", "napalm_gone", "netmiko", startup=True, hier=None, package="napalm-gone")
    monkeypatch.setattr(platforms, "PLATFORMS", {"gone": gone})
    target = Target("sw7", (), {"muhtar_platform": "gone"})
    assert platform_of(target) is gone
    with pytest.raises(InventoryError, match="Gone OS, which sw7 needs") as caught:
        require_driver(target)
    assert "pip install 'napalm-gone'" in (caught.value.mend or "")


@pytest.mark.parametrize("name", [one.name for one in PLATFORMS.values() if one.package])
def test_optional_drivers_are_reported_missing_or_used(name: str, site: Site) -> None:
    target = Target("x", (), {"muhtar_platform": name, "network_password": "Uydurma-1"})
    if importlib.util.find_spec(PLATFORMS[name].module):
        assert options(target, site).platform == PLATFORMS[name].driver
        return
    with pytest.raises(InventoryError, match="is not installed") as caught:
        options(target, site)
    assert str(PLATFORMS[name].package) in (caught.value.mend or "")


@pytest.mark.parametrize(
    ("verifies", "key", "wanted"),
    [("netmiko", "alt_key_file", "known_hosts"), ("requests", "ssl_verify", "ca.crt"), ("openssh", "known_hosts", "known_hosts")],
)
def test_the_devices_identity_is_verified_against_the_sites_own_files(verifies: str, key: str, wanted: str, site: Site) -> None:
    for path in ("ssh/known_hosts", "ca/ca.crt"):
        (site.overlay / path).parent.mkdir(exist_ok=True)
        (site.overlay / path).write_text("")
    name = next(one.name for one in PLATFORMS.values() if one.verifies == verifies and not one.package)
    found = options(Target("x", (), {"muhtar_platform": name, "network_password": "Uydurma-1"}), site)
    assert found.extras is not None
    assert Path(found.extras["optional_args"][key]).name == wanted


def test_netmiko_is_strict_without_pinned_keys_too(site: Site) -> None:
    found = options(Target("x", (), {"muhtar_platform": "ios"}), site)
    assert found.extras is not None
    arguments = found.extras["optional_args"]
    assert (arguments["ssh_strict"], arguments["system_host_keys"]) == (True, True)
    assert "alt_host_keys" not in arguments


def test_routeros_is_spoken_with_over_verified_tls(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "_installed", lambda _: True)
    found = options(Target("x", (), {"muhtar_platform": "routeros", "network_password": "Uydurma-1"}), site)
    assert found.extras is not None
    wrap = found.extras["optional_args"]["ssl_wrapper"]
    assert wrap.func.__self__.verify_mode is ssl.CERT_REQUIRED
    assert wrap.keywords == {"server_hostname": "x"}


def test_procurve_never_falls_back_to_telnet(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "_installed", lambda _: True)
    found = options(Target("x", (), {"muhtar_platform": "procurve"}), site)
    assert found.extras is not None
    assert found.extras["optional_args"]["transport"] == "ssh"


def test_nxos_is_not_changed_because_its_driver_has_no_revert_timer() -> None:
    """The table says so; should NAPALM learn it, the table may too."""
    driver = get_network_driver("nxos")("192.0.2.1", "muhtar", "Uydurma-1")
    assert not PLATFORMS["nxos"].reverts
    with pytest.raises(NotImplementedError, match="Commit confirm"):
        driver.commit_config(revert_in=60)
    assert [one.name for one in PLATFORMS.values() if one.reverts] == ["frr", "ios", "eos", "junos"]
