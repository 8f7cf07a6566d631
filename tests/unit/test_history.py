from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from muhtar import secrets
from muhtar.errors import MuhtarError
from muhtar.history import SCHEMA, Comparison, History
from muhtar.outcome import Outcome, Status, Waived
from muhtar.report import Report, Selected

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CHECK = "drift.servers"


def outcome(status: Status, subject: str = "", target: str = "web1", check: str = CHECK) -> Outcome:
    return Outcome(target=target, check=check, status=status, summary=f"{status} {subject}", subject=subject, started=MORNING)


def report(hour: int, *outcomes: Outcome, site: str = "lab") -> Report:
    moment = MORNING + timedelta(hours=hour)
    pairs = dict.fromkeys((item.target, item.check) for item in outcomes)
    return Report(
        workflow="drift.check", site=site, started=moment, finished=moment + timedelta(minutes=1), outcomes=outcomes,
        selected=tuple(Selected(target=target, check=check) for target, check in pairs), notes=("a note",),
    )  # fmt: skip


OK = outcome(Status.OK)
GZIP, CERT = outcome(Status.FINDING, "gzip"), outcome(Status.FINDING, "cert")
GONE = outcome(Status.UNCHECKED)
BROKEN = outcome(Status.ERROR, "task")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(f"sqlite:///{tmp_path / 'history.db'}")


def told(history: History, found: Report) -> dict[str, list[str]]:
    comparison = history.compare(found)
    return {
        name: [item.subject for item in getattr(comparison, name)]
        for name in ("new", "regressed", "fixed", "unchanged")
        if getattr(comparison, name)
    }


def test_a_first_report_is_all_new(history: History) -> None:
    found = report(0, GZIP, CERT)
    assert told(history, found) == {"new": ["gzip", "cert"]}
    assert history.compare(found).first_seen == {GZIP.id: found.started, CERT.id: found.started}
    assert history.compare(report(0, OK)) == Comparison()


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([[GZIP]], [GZIP], {"unchanged": ["gzip"]}),
        ([[GZIP, CERT]], [CERT], {"fixed": ["gzip"], "unchanged": ["cert"]}),
        ([[GZIP]], [OK], {"fixed": ["gzip"]}),
        ([[OK]], [GZIP], {"new": ["gzip"]}),
        ([[GZIP], [OK]], [GZIP], {"regressed": ["gzip"]}),
        ([[GZIP], [OK], [OK]], [OK], {}),
        # Nobody could look: what was wrong is neither fixed nor forgotten.
        ([[GZIP]], [GONE], {"new": [""]}),
        ([[GZIP], [GONE]], [GZIP], {"unchanged": ["gzip"], "fixed": [""]}),
        ([[GZIP], [GONE]], [OK], {"fixed": ["gzip", ""]}),
        # One task failed, so the host's other tasks may not have been looked at.
        ([[GZIP]], [BROKEN], {"new": ["task"]}),
        ([[GZIP], [BROKEN]], [GZIP], {"unchanged": ["gzip"], "fixed": ["task"]}),
    ],
)
def test_comparison(history: History, before: list[list[Outcome]], now: list[Outcome], expected: dict[str, list[str]]) -> None:
    for hour, outcomes in enumerate(before):
        history.record(report(hour, *outcomes))
    assert told(history, report(len(before), *now)) == expected


def test_first_seen_is_the_beginning_of_the_present_spell(history: History) -> None:
    for hour, outcomes in enumerate([[GZIP], [GZIP], [GONE], [GZIP]]):
        history.record(report(hour, *outcomes))
    assert history.compare(report(4, GZIP)).first_seen == {GZIP.id: MORNING}
    history.record(report(4, OK))
    again = report(5, GZIP)
    assert history.compare(again).first_seen == {GZIP.id: again.started}


def test_it_says_with_which_run_a_report_is_compared(history: History) -> None:
    assert history.compare(report(0, GZIP)).since is None
    first = report(0, GZIP)
    history.record(first)
    history.record(report(1, OK, site="konak"))
    history.record(report(2, outcome(Status.OK, target="db1")))
    assert history.compare(report(3, OK)).since == first.finished
    assert history.compare(first).since is None, "a report is not compared with itself"


def test_sites_and_targets_do_not_mix(history: History) -> None:
    history.record(report(0, GZIP))
    assert told(history, report(1, GZIP, site="konak")) == {"new": ["gzip"]}
    assert told(history, report(1, outcome(Status.OK, target="db1"))) == {}


def test_a_report_is_recorded_once_and_comes_back_whole(history: History) -> None:
    found = report(0, GZIP, CERT)
    history.record(found)
    history.record(found)
    assert history.reports() == [found]
    assert told(history, found) == {"new": ["gzip", "cert"]}, "a report is not compared with itself"


def test_last_outcomes_are_those_of_the_newest_run_of_each_target(history: History) -> None:
    elsewhere = outcome(Status.FINDING, target="db1")
    history.record(report(0, GZIP, CERT, elsewhere))
    history.record(report(1, OK))
    history.record(report(2, outcome(Status.FINDING, check="license.expiry", target="cbs")))
    assert {item.id for item in history.last_outcomes([CHECK])} == {OK.id, elsewhere.id}
    assert history.last_outcomes([CHECK], site="konak") == []
    assert history.last_outcomes([]) == []


def test_last_success_and_overdue(history: History) -> None:
    history.record(report(0, OK, outcome(Status.OK, target="db1")))
    history.record(report(5, GZIP))
    now = MORNING + timedelta(hours=6)
    assert history.last_success([CHECK])[("web1", CHECK)] == MORNING + timedelta(minutes=1)
    late = history.overdue(["web1", "db1", "never"], CHECK, timedelta(hours=5), now=now)
    assert late == {"web1": MORNING + timedelta(minutes=1), "db1": MORNING + timedelta(minutes=1), "never": None}
    assert history.overdue(["web1"], CHECK, timedelta(hours=7), now=now) == {}


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    History.open(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("update muhtar_schema set version = ?", (SCHEMA + 1,))
    with pytest.raises(MuhtarError, match=f"schema {SCHEMA + 1}"):
        History.open(f"sqlite:///{path}")


def test_an_unknown_url_is_our_error_without_its_password() -> None:
    secrets.forget_all()
    with pytest.raises(MuhtarError) as caught:
        History.open("postgresql+nodriver://muhtar:very-secret-word@db.example/history")
    assert "very-secret-word" not in str(caught.value)
    with pytest.raises(MuhtarError, match="cannot open"):
        History.open("sqlite:////nonexistent/folder/history.db")


def test_the_state_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUHTAR_HISTORY_URL", raising=False)
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "state"))
    History.open().record(report(0, OK))
    assert (tmp_path / "state/history.db").is_file()
    monkeypatch.setenv("MUHTAR_HISTORY_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert History.open().reports() == []


def _write(url: str, first: int, count: int) -> None:
    history = History.open(url)
    for number in range(count):
        history.record(report(first + number, GZIP, CERT))


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.db'}"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(url, part * 100, 15)) for part in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = History.open(url).reports(limit=100)
    assert len(found) == 45
    assert all(len(item.outcomes) == 2 for item in found)


def test_a_kill_leaves_only_whole_reports(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.db'}"
    History.open(url)
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(url, 0, 100_000))
    writer.start()
    deadline = time.monotonic() + 60
    while not History.open(url).reports(limit=1) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(30)
    found = History.open(url).reports(limit=100_000)
    assert found
    assert all(len(item.outcomes) == 2 for item in found)
    with sqlite3.connect(tmp_path / "history.db") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_what_is_waived_is_still_there_and_counts_as_a_success(history: History) -> None:
    decided = Waived(id="w", owner="Head", reason="until it moves", until=date(2026, 4, 1))
    waived = GZIP.model_copy(update={"status": Status.WAIVED, "waiver": decided})
    history.record(report(0, GZIP))
    assert told(history, report(1, waived)) == {"unchanged": ["gzip"]}
    history.record(report(1, waived))
    assert history.last_success([CHECK])["web1", CHECK].hour == MORNING.hour + 1
    assert told(history, report(2, OK)) == {"fixed": ["gzip"]}
    assert history.compare(report(2, GZIP)).first_seen == {GZIP.id: report(0, OK).started}


def test_what_is_kept_is_there_at_once_under_its_site(history: History) -> None:
    assert history.kept("turn", site="lab") is None
    history.keep("turn", "1", site="lab")
    history.keep("turn", "2", site="lab")
    assert (history.kept("turn", site="lab"), history.kept("turn", site="town")) == ("2", None)
