"""drift.access on a real PostgreSQL and a real MariaDB: what is granted by hand past the register is found and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.inside import inside
from muhtar.databases.apply import apply, check
from muhtar.drift.mends.access import mend as mend_access
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.access import (
    MARIADB,
    MARIADB_FOUND,
    MARIADB_GONE,
    POSTGRESQL,
    POSTGRESQL_FOUND,
    POSTGRESQL_GONE,
)
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

WHOSE = {"kind": "service", "who": "Birisi", "directorate": "İmar Müdürlüğü", "owner": "İmar Müdürü", "reason": "talep 1"}
ZONEMINDER = ["write", "CREATE", "DROP", "ALTER", "INDEX", "LOCK TABLES", "EXECUTE", "TRIGGER", "CREATE ROUTINE", "ALTER ROUTINE"]
MORE = [
    {"id": "eski", "account": "eski", "servers": ["db1"], "until": "2026-01-31", **WHOSE,
     "rights": [{"database": "gis", "may": ["read"]}]},
    {"id": "okur", "account": "okur", "servers": ["nvr1"], **WHOSE, "kind": "group",
     "rights": [{"database": "zm", "may": ["read"]}]},
    {"id": "rapor", "account": "rapor@10.1.%", "servers": ["nvr1"], **WHOSE, "member_of": ["okur"]},
    {"id": "zm", "account": "zmuser@localhost", "servers": ["nvr1"], **WHOSE, "rights": [{"database": "zm", "may": ZONEMINDER}]},
]  # fmt: skip


@dataclass(frozen=True)
class Town(Site):
    """A town whose overlay stands beside its files."""

    @property
    def overlay(self) -> Path:
        return self.root / "overlay"


@pytest.fixture
def run(lab: Lab) -> Callable[[str, str], None]:
    """Statements on the server of a host, as its own superuser."""

    def call(host: str, text: str) -> None:
        client = {
            "db1": ("runuser", "-u", "postgres", "--", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", "gis"),
            "nvr1": ("mariadb",),
        }[host]
        inside(lab.context, lab.context.topology.host(host), *client, stdin=text)

    return call


@pytest.fixture
def site(lab: Lab, tmp_path: Path) -> Site:
    """The lab as a town whose recorder's MariaDB is among its databases, with more in its register."""
    site = Town("lab", root=tmp_path)
    shutil.copytree(lab.site.overlay, site.overlay)
    declared = yaml.safe_load((lab.site.register("access")).read_text("utf-8"))["accounts"]
    accounts = [*({**one, "servers": ["db1"]} for one in declared), *MORE]
    site.register("access").write_text(yaml.safe_dump({"accounts": accounts}))
    (site.path / "host_vars").mkdir(parents=True)
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": {"databases": {"hosts": {"db1": None, "nvr1": None}}}}}))
    shutil.copytree(lab.site.path / "group_vars" / "databases", site.path / "host_vars" / "db1")
    (site.path / "host_vars" / "db1" / "postgis.yml").write_text("postgis_databases: [gis]\n")
    (site.path / "host_vars" / "nvr1.yml").write_text("muhtar_database: mariadb\n")
    return site


@pytest.fixture
def meddled(site: Site, run: Callable[[str, str], None]) -> Iterator[Site]:
    """The same after somebody has granted much by hand."""
    try:
        run("db1", POSTGRESQL_GONE + POSTGRESQL)
        run("nvr1", MARIADB_GONE + MARIADB)
        yield site
    finally:
        run("db1", POSTGRESQL_GONE)
        run("nvr1", MARIADB_GONE)


def found(site: Site, work: Callable[..., Any] = check, **how: Any) -> list[Outcome]:
    return list(work(site, progress=NoProgress(), **how).build().outcomes)


def subjects(outcomes: list[Outcome], host: str) -> set[str]:
    assert {one.status for one in outcomes} <= {Status.FINDING, Status.OK}
    return {
        one.subject for one in outcomes if one.target == host and one.check == "drift.access" and one.status is Status.FINDING
    }


def test_what_is_granted_by_hand_is_found_taken_back_and_clean_again(meddled: Site, run: Callable[[str, str], None]) -> None:
    before = found(meddled)
    assert subjects(before, "db1") == POSTGRESQL_FOUND
    assert subjects(before, "nvr1") == MARIADB_FOUND
    (power,) = [one for one in before if one.subject == "gizli: superuser"]
    (alone,) = mend_access(meddled, power, apply=True, progress=NoProgress()).build().outcomes
    assert (alone.check, alone.status) == ("drift.fix", Status.OK)
    assert subjects(found(meddled), "db1") == POSTGRESQL_FOUND - {power.subject}, "that one, and nothing else"
    after = found(meddled, apply)
    # Dropping an account that nobody declared is a person's decision; it is locked, and holds nothing any more.
    assert subjects(after, "db1") == {"ara: undeclared", "gizli: undeclared", "yabanci: undeclared"}
    assert subjects(after, "nvr1") == {"yabanci@localhost: undeclared"}
    assert all("cannot sign in" in one.summary for one in after if one.subject.endswith("undeclared"))
    assert subjects(found(meddled, apply), "db1") == subjects(after, "db1"), "a second time changes nothing"
    run("db1", 'DROP TABLE "Tuhaf.tablo"; DROP ROLE yabanci, gizli, ara')
    run("nvr1", "DROP USER yabanci@localhost")
    assert {(one.target, one.check, one.status) for one in found(meddled)} == {
        (host, name, Status.OK) for host in ("db1", "nvr1") for name in ("drift.access", "drift.database")
    }


def test_the_lab_as_provisioned_is_as_its_register_says(lab: Lab) -> None:
    assert [(one.target, one.status) for one in found(lab.site, only_access=True)] == [("db1", Status.OK)]
