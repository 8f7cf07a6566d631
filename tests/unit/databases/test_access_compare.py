"""Recorded answers of real servers against a register: each way by which a right is held is found, and told with its mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from muhtar.databases.book import read_book
from muhtar.databases.compare import compare
from muhtar.databases.declared import declared_on
from muhtar.databases.difference import Difference
from muhtar.databases.model import Grant, Right, Seen, Thing
from muhtar.databases.statements import of_difference, preview
from muhtar.inventory import Inventory
from muhtar.settings import Site
from tests.support.access import MARIADB_FOUND, POSTGRESQL_FOUND
from tests.unit.databases.conftest import MARIADB, POSTGRESQL, entry

DAY = date(2026, 11, 26)
Write = Callable[[list[dict[str, Any]]], Site]


def differences(site: Site, host: str, seen: Seen) -> dict[str, Difference]:
    inventory = Inventory.load(site)
    declared = declared_on(inventory.target(host), seen, read_book(site, inventory), DAY)
    found = compare(declared, seen, DAY)
    assert len({difference.subject for difference in found}) == len(found), "each has a subject of its own"
    return {difference.subject: difference for difference in found}


@pytest.fixture
def db1(write: Write, postgresql_seen: Seen) -> dict[str, Difference]:
    return differences(write(POSTGRESQL), "db1", postgresql_seen)


@pytest.fixture
def nvr1(write: Write, mariadb_seen: Seen) -> dict[str, Difference]:
    return differences(write(MARIADB), "nvr1", mariadb_seen)


def test_every_way_of_postgresql_is_found_and_nothing_else(db1: dict[str, Difference]) -> None:
    assert set(db1) == POSTGRESQL_FOUND


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("PUBLIC: too much on gis", "so has each account, app, eski, fen_harita, imar_rapor"),
        ("imar_rapor: member of ara", "nobody declared: it brings 1 right"),
        ("fen_harita: member of ara", "by SET ROLE"),
        ("imar_rapor: too much on gis", "by a grant to it"),
        ("eski: expired", "its time ended on 2026-01-31"),
        ("eski: expired on gis", "their time ended on 2026-01-31"),
        ("yabanci: undeclared", "may sign in, last login: unknown"),
    ],
)
def test_the_way_is_told(db1: dict[str, Difference], subject: str, said: str) -> None:
    assert said in db1[subject].summary


def test_a_grant_on_a_column_a_system_table_and_one_to_be_passed_on_are_found(db1: dict[str, Difference]) -> None:
    found = db1["imar_rapor: too much on gis"].found
    assert "SELECT on column gis.public.Tuhaf.tablo.b c" in found
    assert "table gis.pg_catalog.pg_authid" in found
    assert "INSERT, INSERT WITH GRANT OPTION on table gis.public.neighbourhoods" in found


def test_the_statements_of_postgresql_are_quoted(db1: dict[str, Difference], postgresql_seen: Seen) -> None:
    text = preview(statement for one in db1.values() for statement in of_difference(one, postgresql_seen))
    for statement in (
        'REVOKE SELECT ("b c") ON TABLE "public"."Tuhaf.tablo" FROM "imar_rapor" CASCADE;',
        'REVOKE EXECUTE ON ROUTINE "public".acik("x y" integer) FROM PUBLIC CASCADE;',
        'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "public" REVOKE SELECT ON TABLES FROM PUBLIC;',
        'REVOKE "ara" FROM "fen_harita" CASCADE;',
        'ALTER ROLE "gizli" NOSUPERUSER;',
        'ALTER ROLE "eski" NOLOGIN;',
        'GRANT SELECT ON TABLE "public"."Tuhaf.tablo" TO "readers";',
    ):
        assert statement in text.splitlines()


def test_what_the_server_calls_effective_and_no_list_explains_is_told(write: Write, postgresql_seen: Seen) -> None:
    more = Right(Thing("table", "gis", "public", "neighbourhoods"), "TRUNCATE")
    effective = {**postgresql_seen.effective, "imar_rapor": postgresql_seen.effective["imar_rapor"] | {more}}
    found = differences(write(POSTGRESQL), "db1", replace(postgresql_seen, effective=effective))
    assert "TRUNCATE" in found["imar_rapor: unexplained on gis"].summary


def test_the_owner_of_a_database_is_declared_by_the_role(db1: dict[str, Difference], write: Write, postgresql_seen: Seen) -> None:
    assert not [subject for subject in db1 if subject.startswith("app:")]
    table = Thing("table", "gis", "public", "neighbourhoods")
    stolen = replace(postgresql_seen, owners={**postgresql_seen.owners, table: "fen_harita"})
    assert "fen_harita: owner in gis" in differences(write(POSTGRESQL), "db1", stolen)


def test_a_membership_that_is_declared_takes_its_rights_along(write: Write, postgresql_seen: Seen) -> None:
    ara = entry("ara", "ara", kind="group", rights=[{"database": "gis", "tables": ["neighbourhoods"], "may": ["DELETE"]}])
    accounts = [{**one, "member_of": ["readers", "ara"]} if one["id"] == "imar" else one for one in POSTGRESQL]
    found = differences(write([*accounts, ara]), "db1", postgresql_seen)
    assert "imar_rapor: member of ara" not in found
    assert "ara: too much on gis" not in found
    assert "fen_harita: member of ara" in found


def test_what_is_declared_and_lacking_is_granted(write: Write, postgresql_seen: Seen) -> None:
    new = entry("yeni", "yeni", kind="person", member_of=["readers"], powers=["createdb"],
                rights=[{"database": "gis", "schema": "public", "may": ["write"]}])  # fmt: skip
    found = differences(write([*POSTGRESQL, new]), "db1", postgresql_seen)
    text = preview(
        statement for one in found.values() if one.subject.startswith("yeni") for statement in of_difference(one, postgresql_seen)
    )
    assert text.splitlines()[:5] == [
        'CREATE ROLE "yeni" NOLOGIN;',
        'ALTER ROLE "yeni" LOGIN;',
        'GRANT "readers" TO "yeni";',
        'ALTER ROLE "yeni" CREATEDB;',
        'GRANT CONNECT ON DATABASE "gis" TO "yeni";',
    ]
    assert "INSERT" in text
    assert "spatial_ref_sys" not in text, "an extension's own table need not be written"


def test_what_is_held_by_an_undeclared_way_alone_is_granted_before_that_way_is_cut(write: Write, postgresql_seen: Seen) -> None:
    connect = Right(Thing("database", "gis"), "CONNECT")
    grants = [grant for grant in postgresql_seen.grants if grant.right != connect or grant.grantee != "fen_harita"]
    assert len(grants) < len(postgresql_seen.grants)
    found = differences(write(POSTGRESQL), "db1", replace(postgresql_seen, grants=(*grants, Grant("PUBLIC", connect))))
    assert "CONNECT on database gis" in found["PUBLIC: too much on gis"].found
    missing = found["fen_harita: missing on gis"]
    assert preview(of_difference(missing, postgresql_seen)) == 'GRANT CONNECT ON DATABASE "gis" TO "fen_harita";'


def test_a_right_on_what_is_not_there_is_told(write: Write, postgresql_seen: Seen) -> None:
    wrong = [
        entry(
            "x",
            "imar_rapor",
            rights=[{"database": "yok", "may": ["connect"]}, {"database": "gis", "tables": ["yok"], "may": ["read"]}],
        )
    ]
    found = differences(write(wrong), "db1", postgresql_seen)
    assert {"imar_rapor: there is no database yok", "imar_rapor: gis has no table yok"} <= set(found)


def test_a_password_that_ran_out_is_told(write: Write, postgresql_seen: Seen) -> None:
    account = replace(postgresql_seen.accounts["imar_rapor"], valid_until=datetime(2026, 1, 1, tzinfo=UTC))
    found = differences(
        write(POSTGRESQL), "db1", replace(postgresql_seen, accounts={**postgresql_seen.accounts, "imar_rapor": account})
    )
    assert "2026-01-01" in found["imar_rapor: password"].summary


def test_every_way_of_mariadb_is_found_and_nothing_else(nvr1: dict[str, Difference]) -> None:
    assert set(nvr1) == MARIADB_FOUND
    assert "by the pattern z% (zm)" in nvr1["yabanci@localhost: too much on z%"].summary


def test_the_statements_of_mariadb_are_quoted(nvr1: dict[str, Difference], mariadb_seen: Seen) -> None:
    text = preview(statement for one in nvr1.values() for statement in of_difference(one, mariadb_seen))
    assert set(text.splitlines()) == {
        "REVOKE UPDATE (`Name`) ON `zm`.`Events` FROM `rapor`@`10.1.%`;",
        "ALTER USER `yabanci`@`localhost` ACCOUNT LOCK;",
        "REVOKE PROCESS, GRANT OPTION ON *.* FROM `yabanci`@`localhost`;",
        "REVOKE SELECT ON `z%`.* FROM `yabanci`@`localhost`;",
        "REVOKE `okur` FROM `zmuser`@`localhost`;",
        "REVOKE INSERT ON `zm`.`Events` FROM PUBLIC;",
    }


def test_a_database_with_an_underscore_is_granted_as_itself_alone(write: Write, mariadb_seen: Seen) -> None:
    seen = replace(mariadb_seen, databases=(*mariadb_seen.databases, "a_b"))
    new = entry("yeni", "ye`ni@%", servers=["nvr1"], rights=[{"database": "a_b", "may": ["read"]}])
    (found,) = [one for key, one in differences(write([*MARIADB, new]), "nvr1", seen).items() if "missing on a_b" in key]
    assert preview(of_difference(found, seen)) == "GRANT SELECT ON `a\\_b`.* TO `ye``ni`@`%`;"


def test_a_right_on_a_database_is_one_on_its_tables(write: Write, mariadb_seen: Seen) -> None:
    grant = Grant("okur", Right(Thing("table", "zm", "", "Events"), "SELECT"))
    found = differences(write(MARIADB), "nvr1", replace(mariadb_seen, grants=(*mariadb_seen.grants, grant)))
    assert not [subject for subject in found if subject.startswith("okur")]


def test_an_account_that_mariadb_has_no_password_of_is_made_locked(write: Write, mariadb_seen: Seen) -> None:
    found = differences(write([*MARIADB, entry("yeni", "yeni@%", servers=["nvr1"])]), "nvr1", mariadb_seen)
    assert preview(of_difference(found["yeni@%: account"], mariadb_seen)) == "CREATE USER IF NOT EXISTS `yeni`@`%` ACCOUNT LOCK;"
