"""Intended configurations: golden files of the lab's devices, and every way in which rendering must fail loudly."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import pytest

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.settings import ROOT, Site
from nornir_tasks.platforms import TEMPLATES
from nornir_tasks.render_config import intended_config
from nornir_tasks.rendering import RenderError, render, template_folders
from tests.support.town import SWITCH_PASSWORD, lab_site

GOLDEN = Path(__file__).parent / "golden"
DEVICES = ("r1", "r2", "r3", "sw1", "sw2", "sw3")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "frr"
    found.mkdir()
    return found


@pytest.mark.parametrize("name", DEVICES)
def test_golden(name: str, site: Site) -> None:
    """To accept a change: MUHTAR_GOLDEN=write pytest tests/unit/nornir_tasks, and read the diff."""
    text = intended_config(Inventory.load(site).target(name), site.path)
    golden = GOLDEN / f"{name}.conf"
    if os.environ.get("MUHTAR_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_network_device_of_the_lab_has_a_golden_file(site: Site) -> None:
    assert {target.name for target in Inventory.load(site).select(group="network")} == set(DEVICES)


def test_no_password_in_plain_text(site: Site) -> None:
    for name, hashed in (("sw1", "secret sha512 $6$"), ("sw3", "secret 8 $8$")):
        text = intended_config(Inventory.load(site).target(name), site.path)
        assert hashed in text
        assert SWITCH_PASSWORD not in text


def test_an_undefined_variable_is_named_with_template_and_line(folder: Path) -> None:
    (folder / "main.j2").write_text("hostname x\n{% include 'bgp.j2' %}\n")
    (folder / "bgp.j2").write_text("!\nrouter bgp {{ network_asn }}\n")
    with pytest.raises(RenderError, match="'network_asn' is undefined") as caught:
        render("frr", {}, [folder])
    assert (caught.value.path, caught.value.line) == (str(folder / "bgp.j2"), 2)
    assert "group_vars" in (caught.value.mend or "")


def test_a_missing_key_of_an_entry_is_named(folder: Path) -> None:
    (folder / "main.j2").write_text("{% for n in neighbors %}\nneighbor {{ n.asn }}\n{% endfor %}\n")
    with pytest.raises(RenderError, match="has no attribute 'asn'") as caught:
        render("frr", {"neighbors": [{"address": "10.0.0.1"}]}, [folder])
    assert caught.value.line == 2


def test_a_missing_template_is_named(folder: Path) -> None:
    (folder / "main.j2").write_text("{% include 'nosuch.j2' %}\n")
    with pytest.raises(RenderError, match=r"nosuch\.j2 is missing"):
        render("frr", {}, [folder])


def test_a_folder_without_a_main_template(folder: Path) -> None:
    with pytest.raises(RenderError, match=r"main\.j2 is missing"):
        render("frr", {}, [folder])


def test_a_broken_template_is_named_with_its_line(folder: Path) -> None:
    (folder / "main.j2").write_text("hostname x\n{% for %}\n")
    with pytest.raises(RenderError) as caught:
        render("frr", {}, [folder])
    assert (caught.value.path, caught.value.line) == (str(folder / "main.j2"), 2)


@pytest.mark.parametrize("text", ["", "\n\n", "!\n!\n", "{% if false %}hostname x{% endif %}\n"])
def test_an_empty_result_is_an_error(text: str, folder: Path) -> None:
    (folder / "main.j2").write_text(text)
    with pytest.raises(RenderError, match="empty"):
        render("frr", {}, [folder])


def test_an_unknown_platform_says_which_there_are() -> None:
    with pytest.raises(RenderError, match="'junos'") as caught:
        render("junos", {}, template_folders("junos"))
    assert "eos, frr, ios" in (caught.value.mend or "")


def test_a_value_cannot_bring_a_line_of_its_own(folder: Path) -> None:
    (folder / "main.j2").write_text("description {{ text }}\n")
    with pytest.raises(RenderError, match="several lines"):
        render("frr", {"text": "x\nno router bgp 65001"}, [folder])


def test_a_null_is_not_rendered_as_none(folder: Path) -> None:
    (folder / "main.j2").write_text("hostname {{ name }}\n")
    with pytest.raises(RenderError, match="null"):
        render("frr", {"name": None}, [folder])


def test_only_what_the_templates_use_is_read(folder: Path) -> None:
    class Watched(Mapping[str, Any]):
        def __init__(self) -> None:
            self.read: list[str] = []

        def __getitem__(self, key: str) -> Any:
            if key in {"name", "vault_of_somebody_else"}:
                self.read.append(key)
                return "r1"
            raise KeyError(key)

        def __iter__(self) -> Iterator[str]:
            return iter(["name", "vault_of_somebody_else"])

        def __len__(self) -> int:
            return 2

    (folder / "main.j2").write_text("{% include 'base.j2' %}\n")
    (folder / "base.j2").write_text("hostname {{ name }}\n")
    watched = Watched()
    assert render("frr", watched, [folder]).strip() == "hostname r1"
    assert watched.read == ["name"]


def test_a_sites_own_template_wins(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "frr"
    own.mkdir(parents=True)
    (own / "main.j2").write_text("hostname own\n")
    assert render("frr", {}, template_folders("frr", tmp_path)).strip() == "hostname own"


def test_a_target_without_a_platform() -> None:
    with pytest.raises(InventoryError, match="muhtar_platform"):
        intended_config(Target("web1", (), {}))


def test_every_variable_of_the_templates_is_in_the_table_of_variables() -> None:
    page = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    table = page[page.index("\n## Variables") :]
    parser = jinja2.Environment(autoescape=True)
    parser.filters |= dict.fromkeys(("sha512_crypt", "cisco_type8", "netmask", "wildcard"), str)
    used: set[str] = set()
    for template in TEMPLATES.rglob("*.j2"):
        used |= jinja2.meta.find_undeclared_variables(parser.parse(template.read_text(encoding="utf-8")))
    assert len(used) > 15
    assert sorted(name for name in used if f"`{name}`" not in table and name != "inventory_hostname") == []


# ---- what a site may leave out

SNMP = {
    "communities": [{"name": "Uydurma-Topluluk-1", "access": "ro", "access_list": "MANAGEMENT"}],
    "location": "town hall, ground floor",
    "contact": "network@town.example",
    "traps": [{"address": "192.0.2.53", "community": "Uydurma-Topluluk-2"}],
}
ABOUT = (
    "snmp-server location town hall, ground floor\n"
    "snmp-server contact network@town.example\n"
    "snmp-server host 192.0.2.53 version 2c Uydurma-Topluluk-2\n"
    "!\n"
)
LISTS = [{"name": "MANAGEMENT", "permit": ["192.0.2.0/24", "10.9.9.9/32"]}]
OPTIONAL = {
    "sw1": (
        {"network_access_lists": LISTS, "network_snmp": SNMP},
        "snmp-server community Uydurma-Topluluk-1 ro MANAGEMENT\n" + ABOUT,
        "ip access-list standard MANAGEMENT\n   10 permit 192.0.2.0/24\n   20 permit host 10.9.9.9\n!\n",
    ),
    "sw3": (
        {"network_access_lists": LISTS, "network_snmp": SNMP, "network_vty_access_list": "MANAGEMENT"},
        "snmp-server community Uydurma-Topluluk-1 RO MANAGEMENT\n" + ABOUT,
        "ip access-list standard MANAGEMENT\n 10 permit 192.0.2.0 0.0.0.255\n 20 permit 10.9.9.9\n!\n",
        "line vty 0 4\n access-class MANAGEMENT in\n transport input ssh\n",
    ),
    "r1": (
        {
            "network_bgp_neighbors": [
                {"address": "10.0.12.2", "asn": 65002, "description": "r2", "route_map_in": "FROM-R2", "route_map_out": "OURS"}
            ],
            "network_prefix_lists": [
                {"name": "OURS", "entries": [{"action": "permit", "prefix": "172.16.0.0/16", "ge": 24, "le": 28}]}
            ],
            "network_route_maps": [
                {"name": "FROM-R2", "entries": [{"action": "permit", "set": ["local-preference 200"]}]},
                {"name": "OURS", "entries": [{"action": "permit", "prefix_list": "OURS"}, {"action": "deny"}]},
            ],
        },
        "  neighbor 10.0.12.2 route-map FROM-R2 in\n  neighbor 10.0.12.2 route-map OURS out\n exit-address-family\n",
        "ip prefix-list OURS seq 5 permit 172.16.0.0/16 ge 24 le 28\n!\n",
        "route-map FROM-R2 permit 10\n set local-preference 200\nexit\n!\n",
        "route-map OURS permit 10\n match ip address prefix-list OURS\nexit\n!\nroute-map OURS deny 20\nexit\n!\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_a_site_may_leave_out_is_rendered_where_it_is_there(name: str, site: Site) -> None:
    variables, *wanted = OPTIONAL[name]
    target = Inventory.load(site).target(name)
    given: dict[str, Any] = {**dict(target.vars), **variables}
    text = render(str(target.platform), given, template_folders(str(target.platform)))
    assert [part for part in wanted if part not in text] == []
    assert len(text.splitlines()) > len((GOLDEN / f"{name}.conf").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"network_access_lists": [{"name": "M", "permit": ["10.0.0.1/8"]}]}, "host bits set"),
        ({"network_access_lists": [{"name": "M"}]}, "has no attribute 'permit'"),
        ({"network_snmp": {"location": "x"}}, "has no attribute 'communities'"),
        ({"network_snmp": {"communities": [{"name": "x"}]}}, "has no attribute 'access'"),
    ],
)
def test_a_mistake_in_what_may_be_left_out_is_named(variables: dict[str, Any], says: str, site: Site) -> None:
    target = Inventory.load(site).target("sw3")
    given: dict[str, Any] = {**dict(target.vars), **variables}
    with pytest.raises(RenderError, match=says) as caught:
        render("ios", given, template_folders("ios"))
    assert caught.value.line
