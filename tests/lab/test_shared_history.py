"""The history in PostgreSQL, where several runners share it: db1's server, a database and a role made for this test."""

from __future__ import annotations

import multiprocessing
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy.engine import URL, make_url

from lab.inside import inside
from muhtar.errors import MuhtarError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.report import Report, Selected
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

HOST, NAME = "db1", "muhtar_history_test"
HBA = "/etc/postgresql/15/main/pg_hba.conf"
CHECK = "drift.servers"
MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
REPORTS = 20


def sql(lab: Lab, *statements: str) -> None:
    """Run statements as the server's superuser; they come in on stdin, for a password is among them."""
    host = lab.context.topology.host(HOST)
    argv = ("runuser", "-u", "postgres", "--", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres")
    inside(lab.context, host, *argv, stdin="".join(f"{statement};\n" for statement in statements))


@pytest.fixture
def url(lab: Lab) -> Iterator[str]:
    """Where a new, empty database is, over TLS that is verified to the lab's authority."""
    password = secrets.token_urlsafe(24)
    gone = (f"drop database if exists {NAME} with (force)", f"drop role if exists {NAME}")
    line = f"hostssl {NAME} {NAME} samenet scram-sha-256"
    sql(lab, *gone, f"create role {NAME} login password '{password}'", f"create database {NAME} owner {NAME}")
    lab.inside(HOST, "sh", "-c", f"echo '{line}' >>{HBA}")
    try:
        sql(lab, "select pg_reload_conf()")
        verified = {"sslmode": "verify-full", "sslrootcert": lab.ca_file, "hostaddr": lab.address(HOST)}
        made = URL.create("postgresql+psycopg", NAME, password, f"{HOST}.{lab.domain}", 5432, NAME, verified)
        yield made.render_as_string(hide_password=False)
    finally:
        lab.inside(HOST, "sed", "-i", f"/^hostssl {NAME} /d", HBA)
        sql(lab, *gone, "select pg_reload_conf()")


def report(hour: int, *statuses: Status) -> Report:
    moment = MORNING + timedelta(hours=hour)
    return Report(
        workflow="drift.check",
        site="lab",
        started=moment,
        finished=moment + timedelta(minutes=1),
        selected=(Selected(target="web1", check=CHECK),),
        outcomes=tuple(
            Outcome(target="web1", check=CHECK, status=status, summary="Çay ısındı", subject=f"thing {number}", started=moment)
            for number, status in enumerate(statuses)
        ),
    )


def write(url: str, first: int, together: Barrier) -> None:
    together.wait(60)
    history = History.open(url)
    for number in range(REPORTS):
        history.record(report(first + number, Status.FINDING, Status.FINDING))


def test_what_one_runner_recorded_another_compares_with(url: str) -> None:
    first, second = report(0, Status.FINDING, Status.FINDING), report(24, Status.OK, Status.FINDING)
    History.open(url).record(first)
    other = History.open(url)
    other.record(first)
    assert other.reports() == [first], "once, and as it was"
    told = other.compare(second)
    assert [outcome.subject for outcome in told.fixed] == ["thing 0"]
    assert [outcome.subject for outcome in told.unchanged] == ["thing 1"]
    assert told.first_seen == {second.outcomes[1].id: first.started}
    other.record(second)
    assert [outcome.status for outcome in History.open(url).last_outcomes([CHECK])] == [
        outcome.status for outcome in sorted(second.outcomes, key=lambda outcome: outcome.id)
    ]
    assert other.overdue(["web1"], CHECK, timedelta(days=2), now=MORNING + timedelta(days=2)) == {"web1": None}


def test_two_runners_meet_a_new_database_and_lose_nothing(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2)
    writers = [context.Process(target=write, args=(url, part * 100, together)) for part in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    found = History.open(url).reports(limit=100)
    assert len(found) == 2 * REPORTS
    assert all(len(item.outcomes) == 2 for item in found)


@pytest.mark.parametrize(("part", "value"), [("password", "very-secret-word"), ("database", "gis")])
def test_a_refusal_is_told_without_the_password(url: str, part: str, value: str) -> None:
    wrong = make_url(url).set(**{part: value})
    with pytest.raises(MuhtarError, match="cannot open the history") as caught:
        History.open(wrong.render_as_string(hide_password=False))
    assert str(wrong.password) not in str(caught.value)


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(url: str, lab: Lab) -> None:
    elsewhere = make_url(url).set(host=f"web1.{lab.domain}")
    with pytest.raises(MuhtarError, match="does not match host name"):
        History.open(elsewhere.render_as_string(hide_password=False))
