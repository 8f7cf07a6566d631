"""drift.database: what is wrong with how a server is set up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from muhtar.databases.model import Seen
from muhtar.databases.secure import judge
from muhtar.inventory import Inventory, Target
from muhtar.settings import Site


@pytest.fixture
def db1(site: Site) -> Target:
    return Inventory.load(site).target("db1")


def rule(**more: Any) -> dict[str, Any]:
    return {"line_number": 5, "type": "host", "database": ["all"], "user_name": ["all"], "error": None, **more}


def test_a_server_as_the_role_makes_it_has_no_fault(db1: Target, postgresql_seen: Seen) -> None:
    assert judge(db1, postgresql_seen) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"type": "local", "auth_method": "trust"}, "lets in without a password"),
        ({"type": "hostssl", "address": "10.0.0.0", "auth_method": "md5"}, "hashed by MD5"),
        ({"address": "10.0.0.0", "auth_method": "scram-sha-256"}, "over the network without TLS"),
        ({"auth_method": None, "error": "invalid"}, "is not understood"),
    ],
)
def test_a_rule_that_lets_in_too_easily_is_told(more: dict[str, Any], said: str, db1: Target, postgresql_seen: Seen) -> None:
    (fault,) = judge(db1, replace(postgresql_seen, hba=(*postgresql_seen.hba, rule(**more))))
    assert said in fault.summary


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_machine_itself_needs_no_encryption(address: str, db1: Target, postgresql_seen: Seen) -> None:
    assert not judge(db1, replace(postgresql_seen, hba=(rule(address=address, auth_method="scram-sha-256"),)))


@pytest.mark.parametrize(
    ("name", "value", "subject"),
    [
        ("ssl", "off", "ssl"),
        ("ssl_min_protocol_version", "TLSv1", "ssl_min_protocol_version"),
        ("password_encryption", "md5", "password_encryption"),
        ("shared_buffers", "128MB", "shared_buffers"),
        ("log_min_duration_statement", "3s", "log_min_duration_statement"),
    ],
)
def test_a_setting_that_runs_otherwise_is_told(name: str, value: str, subject: str, db1: Target, postgresql_seen: Seen) -> None:
    (fault,) = judge(db1, replace(postgresql_seen, settings={**postgresql_seen.settings, name: value}))
    assert fault.subject == subject


def test_the_same_amount_in_another_unit_is_no_fault(db1: Target, postgresql_seen: Seen) -> None:
    settings = {**postgresql_seen.settings, "shared_buffers": "65536kB", "log_min_duration_statement": "2000ms"}
    assert judge(db1, replace(postgresql_seen, settings=settings)) == []


def test_extensions_that_lack_or_that_nobody_declared_are_told(db1: Target, postgresql_seen: Seen) -> None:
    faults = judge(db1, replace(postgresql_seen, extensions={"gis": ("plpgsql", "dblink")}))
    assert {fault.subject for fault in faults} == {"extension postgis in gis", "extension dblink in gis"}


def test_mariadb_on_the_network_must_speak_tls(db1: Target, mariadb_seen: Seen) -> None:
    settings = {**mariadb_seen.settings, "bind_address": "0.0.0.0", "require_secure_transport": "OFF", "have_ssl": "DISABLED"}
    subjects = {fault.subject for fault in judge(db1, replace(mariadb_seen, settings=settings))}
    assert {"require_secure_transport", "have_ssl"} <= subjects


def test_an_account_without_a_password_is_told(db1: Target, mariadb_seen: Seen) -> None:
    assert [fault.subject for fault in judge(db1, mariadb_seen)] == ["password of yabanci@localhost"]
