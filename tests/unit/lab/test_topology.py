"""The town's description: what it says of each host, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lab.topology import FILE, load
from muhtar.errors import MuhtarError
from muhtar.settings import ROOT


def changed(tmp_path: Path, **entries: object) -> Path:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["hosts"].update(entries)
    path = tmp_path / "topology.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_hosts_in_the_inventory_are_those_of_the_site() -> None:
    text = (ROOT / "inventories" / "lab" / "hosts.yml").read_text(encoding="utf-8")
    for host in load().hosts.values():
        alone = host.name.rstrip("0123456789")
        assert (f"{host.name}:" in text or f"{alone}[1:" in text) is host.inventory, host.name


def test_a_host_has_what_its_kind_has_and_its_own() -> None:
    pbx = load().host("pbx1")
    assert pbx.image == "trixie"
    assert "chrony" in pbx.preload
    assert pbx.recipe is not None
    assert pbx.boots_from == "host-pbx1"
    assert [item.suite for item in pbx.recipe.foreign] == ["forky"]


def test_a_host_without_own_packages_boots_from_the_shared_image() -> None:
    router = load().host("r1")
    assert router.recipe is None
    assert router.boots_from == "frr"


def test_an_unknown_host_is_named_with_those_there_are() -> None:
    with pytest.raises(MuhtarError, match="no host 'r9'") as caught:
        load().host("r9")
    assert "r1" in str(caught.value.mend)


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ({"r4": {"kind": "teapot", "octet": 99}}, "unknown kind 'teapot'"),
        ({"r4": {"kind": "router", "octet": 11}}, "two hosts have the octet 11"),
        ({"r4": {"kind": "router", "octet": 1}}, "greater than or equal to 2"),
        ({"r4": {"kind": "router", "octet": 99, "colour": "red"}}, "Extra inputs"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entries: dict[str, object], complaint: str) -> None:
    with pytest.raises(MuhtarError, match=complaint) as caught:
        load(changed(tmp_path, **entries))
    assert caught.value.path is not None


def test_a_link_to_nowhere_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["links"].append(["r1", "r9"])
    path = tmp_path / "topology.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(MuhtarError, match="unknown host 'r9'"):
        load(path)


def test_hosts_that_are_alike_share_their_image() -> None:
    topology = load()
    assert topology.host("bak2").boots_from == topology.host("bak1").boots_from == "host-bak1"
    assert topology.host("web1").boots_from == "host-web1"
    assert len({recipe.name for recipe in topology.recipes}) == len(topology.recipes) - 1
