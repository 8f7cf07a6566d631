"""Databases that refuse or do not answer: unchecked, with the reason, and never clean; no password in any argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from muhtar.databases import look as looking
from muhtar.databases.apply import apply, check
from muhtar.databases.look import ask, observe
from muhtar.errors import UnreachableError
from muhtar.inventory import Target
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.secrets import MASK
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

UNIT = "postgresql@15-main.service"
MONITOR = "izleyen"
# What everybody on the host sees of the programs that run there.
ARGUMENTS = """
import glob, json
print(json.dumps({"errors": {}, "arguments": " ".join(open(p, "rb").read().decode() for p in glob.glob("/proc/[0-9]*/cmdline"))}))
"""
SETUP = (
    f"CREATE ROLE {MONITOR} LOGIN PASSWORD 'Dogru-Parola-1'",
    f"GRANT pg_monitor TO {MONITOR}",
    f"GRANT CONNECT ON DATABASE postgres TO {MONITOR}",
)


def outcomes(lab: Lab) -> list[Outcome]:
    return list(check(lab.site, limit="db1", progress=NoProgress()).build().outcomes)


def psql(lab: Lab, text: str) -> None:
    lab.inside("db1", "runuser", "-u", "postgres", "--", "psql", "-q", "-c", text, "-d", "postgres")


@pytest.fixture
def monitor(lab: Lab) -> Iterator[Callable[[str], Target]]:
    """db1 as it is asked by an account of few rights with that password, over TLS."""
    hba = "/etc/postgresql/15/main/pg_hba.conf"
    for statement in SETUP:
        psql(lab, statement)
    lab.inside("db1", "sh", "-c", f"echo 'hostssl all {MONITOR} 127.0.0.1/32 scram-sha-256' >>{hba}")
    psql(lab, "SELECT pg_reload_conf()")
    target = lab.inventory.target("db1")

    def call(password: str) -> Target:
        own = {"muhtar_database_login": MONITOR, "muhtar_database_password": password}
        return Target(
            target.name, target.groups, {**{key: target.vars.get(key) for key in ("ansible_host", "ansible_user")}, **own}
        )

    try:
        yield call
    finally:
        lab.inside("db1", "sed", "-i", f"/ {MONITOR} /d", hba)
        psql(lab, f"DROP OWNED BY {MONITOR}")
        psql(lab, f"DROP ROLE {MONITOR}")
        psql(lab, "SELECT pg_reload_conf()")


@contextmanager
def state(lab: Lab, verb: str, back: str) -> Iterator[None]:
    lab.inside("db1", "systemctl", verb, UNIT) if verb == "stop" else lab.inside("db1", "pkill", "-STOP", "-x", "postgres")
    try:
        yield
    finally:
        lab.inside("db1", "systemctl", back, UNIT) if back == "start" else lab.inside("db1", "pkill", "-CONT", "-x", "postgres")


def test_a_server_that_stands_still_is_unchecked_and_nothing_is_applied(lab: Lab) -> None:
    with state(lab, "stop", "start"):
        found = outcomes(lab)
        assert [one.status for one in found] == [Status.UNCHECKED, Status.UNCHECKED]
        assert "says nothing to us" in found[0].summary
        again = apply(lab.site, limit="db1", progress=NoProgress()).build().outcomes
        assert {one.status for one in again} == {Status.UNCHECKED}


def test_a_server_that_hangs_is_unchecked_in_time(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PROBE", looking.PROBE.replace("LIMIT = 90", "LIMIT = 3"))
    with state(lab, "freeze", "thaw"):
        found = outcomes(lab)
    assert [one.status for one in found] == [Status.UNCHECKED, Status.UNCHECKED]
    assert "no answer within 3 s" in found[0].summary or "timeout" in found[0].summary


def test_a_wrong_password_is_unchecked_and_no_argument_shows_it(
    lab: Lab, monitor: Callable[[str], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreachableError, match="password authentication failed"):
        observe(lab.site, monitor("Yanlis-Parola-1"))
    monkeypatch.setattr(looking, "PROBE", ARGUMENTS)
    shown = ask(lab.site, monitor("Dogru-Parola-1"), {"first": "", "each": None})["arguments"]
    assert "python3" in shown
    assert "Dogru-Parola-1" not in shown
    assert MASK not in shown


def test_an_account_of_few_rights_says_which_are_missing(lab: Lab, monitor: Callable[[str], Target]) -> None:
    seen = observe(lab.site, monitor("Dogru-Parola-1"))
    # The register has taken CONNECT from PUBLIC.
    assert f"database gis: CONNECT is missing for {MONITOR}" in seen.blind
    assert any("pg_authid" in text for text in seen.blind_settings)
