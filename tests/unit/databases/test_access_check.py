"""drift.access and drift.database as outcomes: never clean over what was not looked at; waived differences are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from muhtar.databases import apply as module
from muhtar.databases import check as checking
from muhtar.databases.apply import apply, check
from muhtar.databases.look import Looked, RefusedError
from muhtar.databases.mariadb import read as read_mariadb
from muhtar.databases.model import Seen
from muhtar.databases.postgresql import read as read_postgresql
from muhtar.drift import mends
from muhtar.errors import RegisterError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.unit.databases.conftest import MARIADB, POSTGRESQL, answer, entry

Write = Callable[[list[dict[str, Any]]], Site]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, postgresql_seen: Seen, mariadb_seen: Seen) -> dict[str, Looked]:
    """What the servers say; tests change it."""
    said = {"db1": Looked(postgresql_seen), "nvr1": Looked(mariadb_seen)}
    monkeypatch.setattr(checking, "look", lambda _site, targets: {target.name: said[target.name] for target in targets})
    return said


def outcomes(site: Site, **how: Any) -> list[Outcome]:
    return list(check(site, progress=NoProgress(), **how).build().outcomes)


def test_each_difference_is_a_finding_with_its_statements(write: Write, answers: dict[str, Looked]) -> None:
    found = outcomes(write([*POSTGRESQL, *MARIADB]), limit="db1", only_access=True)
    assert {one.status for one in found} == {Status.FINDING}
    (power,) = [one for one in found if one.subject == "gizli: superuser"]
    assert power.commands == 'ALTER ROLE "gizli" NOSUPERUSER;'
    assert power.mend == "./inv access.apply --limit db1 --apply"
    (late,) = [one for one in found if one.subject == "eski: expired"]
    assert late.intent is not None
    assert late.intent.line is not None


@pytest.mark.parametrize(
    ("error", "status"), [(RefusedError("password refused"), Status.UNCHECKED), (KeyError("roles"), Status.ERROR)]
)
def test_a_server_that_says_nothing_is_never_clean(
    error: Exception, status: Status, write: Write, answers: dict[str, Looked]
) -> None:
    answers["db1"] = Looked(error=error)
    found = outcomes(write(MARIADB), limit="db1")
    assert [(one.check, one.status) for one in found] == [("drift.access", status), ("drift.database", status)]


def test_without_a_register_access_is_unchecked(site: Site, answers: dict[str, Looked]) -> None:
    found = outcomes(site, limit="db1", only_access=True)
    assert [one.status for one in found] == [Status.UNCHECKED]


def test_a_database_that_may_not_be_entered_is_unchecked_and_says_which_right_is_missing() -> None:
    closed = answer("postgresql")
    closed["first"][0] |= {"closed": ["arsiv"], "me": "izleyen"}
    del closed["first"][1:]
    seen = read_postgresql(closed)
    assert seen.blind == ("database arsiv: CONNECT is missing for izleyen",)
    assert any("pg_hba_file_rules are missing" in text or "pg_hba_file_rules" in text for text in seen.blind_settings)


def test_an_account_of_mariadb_that_sees_its_own_rights_alone_is_no_witness(write: Write, answers: dict[str, Looked]) -> None:
    said = answer("mariadb")
    said["first"] = [line for line in said["first"] if "zmuser" not in str(line.get("listed"))]
    seen = read_mariadb(said)
    assert "SELECT on mysql.* is missing" in seen.blind[0]
    answers["nvr1"] = Looked(seen)
    found = outcomes(write(MARIADB), limit="nvr1", only_access=True)
    assert Status.UNCHECKED in {one.status for one in found}


def test_apply_leaves_alone_what_is_waived(write: Write, answers: dict[str, Looked], monkeypatch: pytest.MonkeyPatch) -> None:
    site = write([*POSTGRESQL, *MARIADB])
    waiver = {"id": "w", "check": "drift.access", "targets": ["db1"], "subject": "gizli: superuser", "owner": "Müdür",
              "reason": "göç sürüyor", "until": "2199-01-01"}  # fmt: skip
    (site.path / "registers" / "waivers.yml").write_text(yaml.safe_dump({"waivers": [waiver]}, allow_unicode=True))
    ran: list[str] = []

    def ask(_site: Site, _target: Any, request: dict[str, Any]) -> dict[str, Any]:
        ran.extend(text for _, text in request["do"])
        return {"errors": {}}

    monkeypatch.setattr(module, "ask", ask)
    apply(site, limit="db1", progress=NoProgress())
    assert any('ALTER ROLE "eski" NOLOGIN;' in text for text in ran)
    assert not any("NOSUPERUSER" in text for text in ran)
    assert all(text.startswith("BEGIN;") and text.endswith("COMMIT;\n") for text in ran)


def test_the_mend_of_one_finding_runs_its_statements_and_no_others(
    write: Write, answers: dict[str, Looked], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write([*POSTGRESQL, *MARIADB])
    (power,) = [one for one in outcomes(site, limit="db1", only_access=True) if one.subject == "gizli: superuser"]
    ran: list[str] = []

    def ask(_site: Site, _target: Any, request: dict[str, Any]) -> dict[str, Any]:
        ran.extend(text for _, text in request["do"])
        return {"errors": {}}

    monkeypatch.setattr(module, "ask", ask)
    assert 'ALTER ROLE "gizli" NOSUPERUSER;' in mends.how(site, power)
    (shown,) = mends.module_of(power).mend(site, power, apply=False, progress=NoProgress()).build().outcomes
    assert (shown.status, shown.check, ran) == (Status.FINDING, "drift.fix", [])
    (done,) = mends.module_of(power).mend(site, power, apply=True, progress=NoProgress()).build().outcomes
    assert [line for text in ran for line in text.splitlines() if line.startswith("ALTER")] == ['ALTER ROLE "gizli" NOSUPERUSER;']
    assert done.status is Status.FINDING, "the server was asked again, and still says so"
    with pytest.raises(UsageError, match="no statement mends it"):
        mends.how(site, power.model_copy(update={"commands": None}))


def test_statements_that_fail_are_an_error_that_says_where(
    write: Write, answers: dict[str, Looked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ask", lambda *_: {"errors": {"gis": "ERROR: permission denied"}})
    found = apply(write([*POSTGRESQL, *MARIADB]), limit="db1", progress=NoProgress()).build().outcomes
    (failed,) = [one for one in found if one.status is Status.ERROR]
    assert failed.summary == "the statements failed in gis: ERROR: permission denied"


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ([entry("a", "x", servers=["yok"])], "'yok' is neither a host nor a group"),
        ([entry("a", "x"), entry("b", "x", servers=["databases"])], "the account x of db1 is declared already (line 2)"),
        ([entry("a", "x", member_of=["yok"])], "nobody declares the group yok on db1"),
        ([entry("a", "x", rights=[{"database": "*", "may": ["read"]}])], "rights on the whole server go by their own names"),
        ([entry("a", "x", rights=[{"database": "gis", "may": ["raed"]}])], "must be one of connect"),
        ([entry("a", "x", until="yarın")], "must be a day written YYYY-MM-DD"),
        ([entry("a", "PUBLIC", kind="person")], "PUBLIC is everybody"),
        ([entry("a", "x", password="gizli")], "'password' looks like a secret"),
    ],
)
def test_a_wrong_register_says_what_and_where(
    accounts: list[dict[str, Any]], said: str, write: Write, answers: dict[str, Looked]
) -> None:
    with pytest.raises(RegisterError) as caught:
        outcomes(write(accounts))
    assert said in str(caught.value)
    assert "access.yml:" in str(caught.value)
