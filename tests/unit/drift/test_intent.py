"""The fingerprint of what is declared: whatever a role could read must change it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.drift.intent import fingerprint
from muhtar.inventory import Inventory
from muhtar.settings import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    for path, text in {
        found.hosts_file: "all: {children: {servers: {hosts: {web1: , db1: }}}}\n",
        found.path / "group_vars/all/a.yml": "ca: \"{{ lookup('ansible.builtin.file', ca_file) }}\"\nca_file: %s\n"
        % (tmp_path / "ca"),
        found.path / "registers/licenses.yml": "[]\n",
        found.overlay / "group_vars/all/lab.yml": "x: 1\n",
        tmp_path / "ca": "one",
        tmp_path / "roles/web/templates/a.j2": "a",
        tmp_path / "playbooks/site.yml": "[]",
        tmp_path / "ansible.cfg": "[defaults]\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return found


def now(site: Site) -> str:
    fresh = Site(site.name, root=site.root)
    return fingerprint(fresh, Inventory.load(fresh))


def test_it_stays_where_nothing_changes(site: Site) -> None:
    assert now(site) == now(site)


@pytest.mark.parametrize(
    "name",
    [
        "ca",  # read by a lookup, from anywhere
        "roles/web/templates/a.j2",
        "roles/web/filter_plugins/new.py",
        "playbooks/site.yml",
        "ansible.cfg",
        "inventories/town/hosts.yml",
        "inventories/town/host_vars/web1/new.yml",
        "inventories/town/files/new",
        "home/sites/town/group_vars/all/lab.yml",
    ],
)
def test_it_changes_with_whatever_a_role_could_read(site: Site, name: str) -> None:
    before = now(site)
    path = site.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("# more\n")
    assert now(site) != before


def test_it_changes_with_ansibles_environment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now(site)
    monkeypatch.setenv("ANSIBLE_JINJA2_NATIVE", "true")
    assert now(site) != before


def test_it_does_not_change_with_the_registers(site: Site) -> None:
    before = now(site)
    (site.path / "registers" / "licenses.yml").write_text("[{}]\n", encoding="utf-8")
    assert now(site) == before


def test_it_changes_with_what_a_dynamic_source_says(site: Site) -> None:
    program = site.path / "sources" / "cmdb"
    program.parent.mkdir()
    answer = site.root / "answer.json"
    answer.write_text('{"servers": {"hosts": ["web1"], "vars": {"x": 1}}}', encoding="utf-8")
    program.write_text(f"#!/bin/sh\ncat {answer}\n", encoding="utf-8")
    program.chmod(0o755)
    before = now(site)
    answer.write_text('{"servers": {"hosts": ["web1"], "vars": {"x": 2}}}', encoding="utf-8")
    assert now(site) != before
