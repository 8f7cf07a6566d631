"""The same values as Ansible's own, over an inventory where every layer contradicts another."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultSecretsContext

from muhtar import secrets
from muhtar.doors.process import run
from muhtar.errors import InventoryError, NothingSelectedError, UsageError
from muhtar.inventory import Inventory, Shard, default_shard
from muhtar.settings import ROOT, Site

DATA = Path(__file__).parent / "data" / "conflict"
UNSET = "<unset>"


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MUHTAR_HOME", str(DATA / "overlay"))
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE", raising=False)
    secrets.forget_all()
    yield
    secrets.forget_all()


@pytest.fixture
def site() -> Site:
    return Site("conflict", root=DATA)


@pytest.fixture
def inventory(site: Site) -> Inventory:
    return Inventory.load(site)


def ansible(program: str, *arguments: str | Path) -> str:
    site = Site("conflict", root=DATA)
    sources = [part for source in site.sources for part in ("-i", str(source))]
    binary = Path(sys.executable).parent / program
    assert site.vault_password_file
    password = {"ANSIBLE_VAULT_PASSWORD_FILE": str(site.vault_password_file), "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    return run([binary, *sources, *arguments], env=password, timeout=240).stdout


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda item: item.isoformat() if isinstance(item, date) else repr(item)))


def test_hosts_groups_and_names_are_those_of_ansible_inventory(inventory: Inventory) -> None:
    listed = json.loads(ansible("ansible-inventory", "--list"))
    hostvars = listed["_meta"]["hostvars"]
    assert set(inventory.hosts) == set(hostvars)
    for group, content in listed.items():
        if group != "_meta":
            assert set(inventory.children[group]) == set(content.get("children", []))
    for host, theirs in hostvars.items():
        ours = set(inventory.target(host).vars) - {"inventory_hostname", "inventory_hostname_short", "group_names"}
        assert ours == set(theirs) - {"ansible_local"}, host  # a fact that nobody has gathered


def test_every_value_is_the_one_that_a_task_sees(inventory: Inventory, tmp_path: Path) -> None:
    keys = sorted({key for host in inventory.hosts for key in inventory.target(host).vars})
    assert len(keys) > 35, "the conflict has grown thin"
    wanted = ", ".join(f"'{key}': {key} | default('{UNSET}')" for key in keys)
    playbook = tmp_path / "values.yml"
    playbook.write_text(
        "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n    - ansible.builtin.copy:\n"
        f"        dest: {tmp_path}/{{{{ inventory_hostname }}}}.json\n        mode: '0600'\n"
        f'        content: "{{{{ {{{wanted}}} | to_json }}}}"\n'
        "      vars:\n        ansible_python_interpreter: '{{ ansible_playbook_python }}'\n",
        encoding="utf-8",
    )
    ansible("ansible-playbook", playbook)
    wrong = []
    for host in inventory.hosts:
        theirs = json.loads((tmp_path / f"{host}.json").read_text(encoding="utf-8"))
        for key in keys:
            # Ansible's to_json and ours may only differ where a value is not of JSON: dates, written alike.
            ours = as_json(inventory.target(host).vars.get(key, UNSET))
            filled_in = ours == UNSET and key in {"ansible_host", "ansible_port", "ansible_user"}  # by the connection of a task
            if ours != theirs[key] and not filled_in:
                wrong.append((host, key, ours, theirs[key]))
    assert wrong == []


def test_precedence_is_really_contested(inventory: Inventory) -> None:
    rank = {host: inventory.target(host).vars["rank"] for host in inventory.hosts}
    assert rank == {
        "lonely": "overlay, all",
        "web01": "sources, web",
        "web02": "host_vars, web02",
        "web03": "overlay, web03",
        "dba": "hosts.yml, host range",
        "dbb": "hosts.yml, host range",
        "cam1": "ini, host",
        "cam3": "ini, host",
        "cam9": "sources, cameras",
    }


def test_values_are_plain_python(inventory: Inventory) -> None:
    plain = {str, int, float, bool, type(None), list, dict, date}

    def types(value: Any) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        keys = set(map(type, value)) if isinstance(value, dict) else set()
        return {type(value)} | keys | {kind for item in inner for kind in types(item)}

    seen = {kind for host in inventory.hosts for value in inventory.target(host).vars.values() for kind in types(value)}
    assert seen == plain


@pytest.mark.parametrize(
    ("host", "key", "file", "line"),
    [
        ("web01", "rank", "sources/group_vars/web.yml", 2),
        ("web02", "rank", "host_vars/web02/main.yml", 1),
        ("cam1", "rank", "sources/cameras.ini", 3),
        ("dba", "ansible_port", "hosts.yml", 23),
        ("web01", "place", "group_vars/place_konak.yaml", 1),
        # null, true and false cannot carry Ansible's tag: found by searching the layers.
        ("web01", "flag", "group_vars/all/zz_later_file.yml", 2),
        ("web02", "flag", "host_vars/web02/main.yml", 2),
        ("cam1", "inline_all", "hosts.yml", 6),
        ("web01", "inline_all", "group_vars/servers/base.yml", 3),
        ("web01", "inline_group", "hosts.yml", 14),
        ("cam1", "nothing", "group_vars/all/main.yml", 8),
        ("dba", "inline_secret", "group_vars/databases.yml", 2),
    ],
)
def test_origin_names_file_and_line(inventory: Inventory, host: str, key: str, file: str, line: int) -> None:
    origin = inventory.origin(host, key)
    assert origin
    assert (origin.path, origin.line) == (str(DATA / "inventories/conflict" / file), line)


def test_origin_of_the_overlay_of_vaulted_files_and_of_what_ansible_computes(inventory: Inventory) -> None:
    ratio = inventory.origin("web01", "ratio")
    assert ratio
    assert ratio.path == str(DATA / "overlay/sites/conflict/group_vars/all/lab.yml")
    vaulted = inventory.origin("web01", "vault_password")
    assert vaulted
    assert vaulted.vaulted
    assert vaulted.line is None
    assert inventory.origin("web01", "group_names") is None
    assert inventory.origin("web01", "no_such_key") is None


def test_every_vaulted_value_is_redacted_once_a_host_is_read(inventory: Inventory) -> None:
    assert len(inventory.target("dba").vars) > 10
    text = (
        "whole-file secret ğ, inline secret of databases, inline within a list, 9876543210, second-of-web02, c2VjcmV0IGxpbmUgb25l"
    )
    assert set(re.findall(r"[^, ]+", secrets.redact(text))) == {secrets.MASK}


def test_remember_secrets_reads_them_all_without_templating(site: Site) -> None:
    Inventory.load(site).remember_secrets()
    assert secrets.redact("inline secret of databases / whole-file secret ğ") == "*** / ***"


def test_what_a_template_makes_of_a_secret_is_secret_too(inventory: Inventory) -> None:
    value = inventory.target("dba").vars["inline_user"]
    assert value == "INLINE SECRET OF DATABASES"
    assert secrets.redact(f"user={value}") == "user=***"
    dsn = inventory.target("web01").vars["dsn"]
    assert secrets.redact(dsn) == "postgresql://town:***@dba/town", "only the secret part is hidden where it stands as it is"


def test_targets(inventory: Inventory) -> None:
    web03, cam9, dba = inventory.target("web03"), inventory.target("cam9"), inventory.target("dba")
    assert (web03.address, web03.user, web03.port) == ("192.0.2.103", "overlay", None)
    assert (dba.port, dba.address, dba.platform, dba.unit) == (2222, "dba", None, None)
    assert cam9.address == "192.0.2.9"
    assert web03.groups == ("place_konak", "servers", "web")
    assert web03.in_group("servers")
    assert web03.in_group("all")
    assert not web03.in_group("databases")
    with pytest.raises(KeyError):
        web03.vars["no_such_variable"]
    with pytest.raises(InventoryError, match="no host 'nobody'"):
        inventory.target("nobody")


def names(inventory: Inventory, *selection: str | None, group: str | None = None) -> list[str]:
    return [target.name for target in inventory.select(*selection, group=group)]


@pytest.mark.parametrize(
    "pattern",
    [
        "all",
        "web",
        "web:databases",
        "servers:!web02",
        "web:&zeta",
        "~web0[12]",
        "cam*",
        "web[0]",
        "web[1:2]",
        "dba,cam9",
        "!servers",
    ],
)
def test_limits_mean_what_they_mean_to_ansible(inventory: Inventory, pattern: str) -> None:
    listed = ansible("ansible", "all", "--list-hosts", "--limit", pattern)
    assert names(inventory, pattern) == [line.strip() for line in listed.splitlines()[1:]]


def test_selection_within_a_group(inventory: Inventory) -> None:
    assert names(inventory, "web01:dba", group="web") == ["web01"]
    assert len(names(inventory)) == 9
    with pytest.raises(NothingSelectedError) as caught:
        inventory.select("dba", group="web")
    assert "'dba'" in str(caught.value)
    assert "hosts.yml" in str(caught.value)
    with pytest.raises(NothingSelectedError, match="no group 'planes'"):
        inventory.select(group="planes")


@pytest.mark.parametrize("pattern", ["wbe01", "web:typo", "web:!typo", "web:&typo", "localhost", "typo*"])
def test_a_misspelt_part_of_a_pattern_is_an_error(inventory: Inventory, pattern: str) -> None:
    with pytest.raises(InventoryError) as caught:
        inventory.select(pattern)
    assert not isinstance(caught.value, NothingSelectedError)
    assert re.search(r"typo|wbe01|localhost", str(caught.value))


def test_shards_cover_each_host_once(inventory: Inventory) -> None:
    parts = [names(inventory, "all", f"{index}/4") for index in range(1, 5)]
    assert sorted(name for part in parts for name in part) == sorted(inventory.hosts)
    assert {len(part) for part in parts} == {2, 3}
    with pytest.raises(NothingSelectedError, match="at most 3 shards"):
        inventory.select("web", "4/4")
    for wrong in ("0/2", "3/2", "half", "1"):
        with pytest.raises(UsageError):
            Shard.parse(wrong)


def test_the_pipeline_names_the_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "5")
    assert default_shard() == "2/5"
    monkeypatch.setenv("CI_NODE_TOTAL", "1")
    assert default_shard() is None
    monkeypatch.delenv("CI_NODE_INDEX")
    monkeypatch.setenv("CI_NODE_TOTAL", "5")
    assert default_shard() is None


class TestBroken:
    """What is wrong with the files, and what the error says of it."""

    @pytest.fixture(autouse=True)
    def town(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
        # Inline vault asks one context of the process; other tests have left their passwords there.
        with contextlib.suppress(ReferenceError):
            VaultSecretsContext.current().secrets.clear()
        self.site = Site("town", root=tmp_path)
        self.write("hosts.yml", "all: {hosts: {web1: }}\n")

    def write(self, name: str, text: str) -> Path:
        path = self.site.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def error(self, *, read: str | None = None) -> InventoryError:
        def look() -> None:
            target = Inventory.load(self.site).target("web1")
            assert target.vars[read] if read else list(target.vars)

        with pytest.raises(InventoryError) as caught:
            look()
        return caught.value

    def test_hosts_that_are_no_yaml(self) -> None:
        path = self.write("hosts.yml", "all:\n  hosts: [web1\n")
        assert self.error().path == str(path)
        assert self.error().line in {2, 3}

    def test_a_second_source_that_nothing_can_read(self) -> None:
        path = self.write("sources/cameras.ini", "[cameras\ncam1\n")
        assert self.error().path == str(path)

    def test_variables_that_are_no_yaml(self) -> None:
        path = self.write("group_vars/all.yml", "fine: 1\nbroken: [1\n")
        found = self.error()
        assert found.path == str(path)
        assert found.line in {2, 3}

    def test_a_template_that_names_nothing(self) -> None:
        path = self.write("group_vars/all.yml", "fine: 1\nlost: '{{ no_such_variable }}'\n")
        found = self.error(read="lost")
        assert (found.path, found.line) == (str(path), 2)
        assert "no_such_variable" in found.message
        assert found.key == "web1 lost"

    @pytest.mark.parametrize("form", ["file", "inline"])
    def test_no_vault_password(self, form: str) -> None:
        vaulted = (DATA / "inventories/conflict/group_vars/all/vault.yml").read_text(encoding="utf-8")
        inline = (DATA / "inventories/conflict/group_vars/databases.yml").read_text(encoding="utf-8")
        self.write("group_vars/all/vault.yml", vaulted if form == "file" else inline)
        found = self.error()
        assert found.mend
        assert "vault-password" in found.mend

    def test_a_wrong_vault_password(self, tmp_path: Path) -> None:
        self.site.overlay.mkdir(parents=True)
        (self.site.overlay / "vault-password").write_text("not the one\n", encoding="utf-8")
        self.write("group_vars/all/vault.yml", (DATA / "inventories/conflict/group_vars/all/vault.yml").read_text("utf-8"))
        found = self.error()
        assert found.mend
        assert "vault-password" in found.mend

    def test_a_vaulted_value_too_short_to_hide(self) -> None:
        self.site.overlay.mkdir(parents=True)
        password = self.site.overlay / "vault-password"
        password.write_text("of this test\n", encoding="utf-8")
        path = self.write("group_vars/all/vault.yml", "vault_pin: '4321'\n")
        vault = Path(sys.executable).parent / "ansible-vault"
        subprocess.run([vault, "encrypt", "--vault-password-file", password, path], check=True, capture_output=True)
        found = self.error()
        assert (found.path, found.key) == (str(path), "vault_pin")
        assert "4321" not in str(found)

    def test_variable_files_that_appear_later_are_seen_by_the_next_load(self) -> None:
        assert "late" not in Inventory.load(self.site).target("web1").vars
        self.write("host_vars/web1.yml", "late: 1\n")
        assert Inventory.load(self.site).target("web1").vars["late"] == 1
        self.write("host_vars/web1.yml", "late: 2\n")
        assert Inventory.load(self.site).target("web1").vars["late"] == 2


def test_two_sites_with_different_passwords_in_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    vault = Path(sys.executable).parent / "ansible-vault"
    for name in ("one", "two"):
        site = Site(name, root=tmp_path)
        site.overlay.mkdir(parents=True)
        password = site.overlay / "vault-password"
        password.write_text(f"password of {name}\n", encoding="utf-8")
        (site.path / "group_vars").mkdir(parents=True)
        site.hosts_file.write_text("all: {hosts: {web1: }}\n", encoding="utf-8")
        command = [vault, "encrypt_string", "--vault-password-file", password, "--name", "word", f"secret word of {name}"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        (site.path / "group_vars/all.yml").write_text(text, encoding="utf-8")
    for name in ("one", "two", "one"):
        assert Inventory.load(Site(name, root=tmp_path)).target("web1").vars["word"] == f"secret word of {name}"


def test_listing_commands_imports_no_ansible() -> None:
    script = (
        "import sys\nfrom muhtar.inventory import Inventory\n"
        "import muhtar.cli.inventory, muhtar.cli.drift, muhtar.cli.provision\n"
        "found = [name for name in sys.modules if name.split('.')[0] in ('ansible', 'nornir', 'sqlalchemy')]\n"
        "sys.exit(', '.join(found) if found else 0)"
    )
    run([sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT)})
