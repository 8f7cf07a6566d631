"""A town with a database server of each kind, whose answers were recorded from the lab's after much had been granted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.databases import mariadb, postgresql
from muhtar.databases.model import Seen
from muhtar.settings import Site

ANSWERS = Path(__file__).parent / "answers"
WHOSE = {"who": "Birisi", "directorate": "İmar Müdürlüğü", "owner": "İmar Müdürü", "reason": "talep 1"}


def entry(identifier: str, account: str, **more: Any) -> dict[str, Any]:
    """An entry of the register, complete."""
    return {"id": identifier, "account": account, "kind": "service", "servers": ["db1"], **WHOSE, **more}


# As the lab's own register, and an account whose time is over.
POSTGRESQL = [
    entry("readers", "readers", kind="group", rights=[{"database": "gis", "schema": "public", "may": ["read"]}]),
    entry("imar", "imar_rapor", member_of=["readers"]),
    entry(
        "fen", "fen_harita", kind="person", rights=[{"database": "gis", "tables": ["neighbourhoods"], "may": ["read", "UPDATE"]}]
    ),
    entry("eski", "eski", until="2026-01-31", rights=[{"database": "gis", "may": ["read"]}]),
]
ZONEMINDER = ["write", "CREATE", "DROP", "ALTER", "INDEX", "LOCK TABLES", "EXECUTE", "TRIGGER", "CREATE ROUTINE", "ALTER ROUTINE"]
MARIADB = [
    entry("okur", "okur", kind="group", servers=["nvr1"], rights=[{"database": "zm", "may": ["read"]}]),
    entry("rapor", "rapor@10.1.%", servers=["nvr1"], member_of=["okur"]),
    entry("zm", "zmuser@localhost", servers=["nvr1"], rights=[{"database": "zm", "may": ZONEMINDER}]),
]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    variables = site.path / "host_vars"
    (variables / "db1").mkdir(parents=True)
    (variables / "nvr1").mkdir()
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": {"databases": {"hosts": {"db1": None, "nvr1": None}}}}}))
    role = {
        "postgresql_users": [{"name": "app", "password": "Deneme-Parola-1"}, {"name": "readers"}],
        "postgresql_databases": [{"name": "gis", "owner": "app"}],
        "postgresql_grants": [{"database": "gis", "role": "readers", "privs": "CONNECT"}],
        "postgresql_settings": {"shared_buffers": "64MB", "log_min_duration_statement": "2s"},
        "postgis_databases": ["gis"],
    }
    (variables / "db1" / "postgresql.yml").write_text(yaml.safe_dump(role))
    (variables / "nvr1" / "muhtar.yml").write_text("muhtar_database: mariadb\n")
    return site


@pytest.fixture
def write(site: Site) -> Callable[[list[dict[str, Any]]], Site]:
    """Write the register of the town."""

    def call(accounts: list[dict[str, Any]]) -> Site:
        path = site.path / "registers" / "access.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump({"accounts": accounts}, allow_unicode=True, sort_keys=False))
        return site

    return call


def answer(name: str) -> dict[str, Any]:
    """What the probe brought back from that kind of server."""
    found: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def postgresql_seen() -> Seen:
    return postgresql.read(answer("postgresql"))


@pytest.fixture
def mariadb_seen() -> Seen:
    return mariadb.read(answer("mariadb"))
