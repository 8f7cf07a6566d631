"""A new town: nothing written without --apply, nothing overwritten, and honest about being empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.errors import InventoryError, UsageError
from muhtar.inventory import Inventory
from muhtar.settings import ROOT, Site
from muhtar.sites import new_site
from nornir_tasks.render_config import intended_config
from nornir_tasks.rendering import RenderError

NAME = "test-town-of-ours"


@pytest.fixture
def town() -> Iterator[Path]:
    folder = ROOT / "inventories" / NAME
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_without_apply_nothing_is_written(town: Path) -> None:
    assert Path("inventories") / NAME / "hosts.yml" in new_site(NAME, apply=False)
    assert not town.exists()


def test_with_apply_the_files_are_there_and_name_the_town(town: Path) -> None:
    for path in new_site(NAME, apply=True):
        assert "@SITE@" not in (ROOT / path).read_text("utf-8")
    assert NAME in (town / "hosts.yml").read_text("utf-8")
    assert Site.open(NAME).settings["language"] == "tr"


def test_an_existing_town_is_not_overwritten(town: Path) -> None:
    new_site(NAME, apply=True)
    with pytest.raises(UsageError, match="exists already"):
        new_site(NAME, apply=True)


@pytest.mark.parametrize("name", ["", "..", "a/b", "Izmir", "x", "İzmir", "-x", "a" * 40])
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        new_site(name, apply=True)


def test_an_empty_town_selects_nothing_and_says_so(town: Path) -> None:
    new_site(NAME, apply=True)
    with pytest.raises(InventoryError):
        Inventory.load(Site.open(NAME)).select(None, None)


ROUTER = """network_asn: 65001
network_loopback: 192.168.255.1
network_interfaces: [{name: eth1, description: uplink, ipv4: 10.0.0.1/30}]
network_bgp_neighbors: []
network_announced: []
network_static_routes: []
"""
SWITCH = """network_interfaces: [{name: Ethernet1, description: desk, mode: access, vlan: 10}]
network_unused_interfaces: []
network_ios_version: "15.2"
"""


@pytest.mark.parametrize(
    ("group", "own", "platform"), [("routers", ROUTER, "frr"), ("switches", SWITCH, "eos"), ("switches", SWITCH, "ios")]
)
def test_a_device_of_a_new_town_needs_what_its_group_says_and_no_more(
    group: str, own: str, platform: str, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    new_site(NAME, apply=True)
    hosts = town / "hosts.yml"
    hosts.write_text(hosts.read_text("utf-8").replace(f"{group}:", f"{group}:\n          hosts:\n            d1:"), "utf-8")
    folder = town / "host_vars" / "d1"
    folder.mkdir(parents=True)
    about = f"ansible_host: 192.0.2.1\nmuhtar_platform: {platform}\nvault_switch_password: Uydurma-Parola-1\n"
    (folder / "main.yml").write_text(about, "utf-8")
    (folder / "network.yml").write_text(own, "utf-8")
    site = Site.open(NAME)
    assert "hostname d1" in intended_config(Inventory.load(site).target("d1"), site.path)
    for line in own.splitlines():
        variable = line.partition(":")[0]
        if variable == "network_ios_version" and platform != "ios":
            continue
        (folder / "network.yml").write_text(own.replace(line, ""), "utf-8")
        with pytest.raises(RenderError, match=f"'{variable}' is undefined"):
            intended_config(Inventory.load(site).target("d1"), site.path)
