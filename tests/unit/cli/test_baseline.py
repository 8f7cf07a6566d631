"""--baseline: the earlier run is found before the work begins, and what changed since is in every format."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.program import Program

from muhtar.cli.command import Run, collection, command
from muhtar.outcome import Outcome, Status
from muhtar.report import ReportBuilder

WORK: list[str] = []


@command("probe.look", select=True, baseline=True, help={"wrong": "what is wrong"})
def look(run: Run, wrong: str | None = None) -> ReportBuilder:
    """Look.

    Example: ./inv probe.look
    """
    WORK.append(wrong or "")
    builder = ReportBuilder("probe.look", run.site.name, limit=run.limit)
    builder.select("h1", "drift.servers")
    for what in (wrong or "").split():
        builder.add(Outcome(target="h1", check="drift.servers", status=Status.FINDING, subject=what, summary=f"{what} is wrong"))
    if not wrong:
        builder.add(Outcome(target="h1", check="drift.servers", status=Status.OK, summary="well"))
    return builder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    WORK.clear()

    def call(*words: str) -> int:
        with pytest.raises(SystemExit) as stopped:
            Program(name="inv", namespace=Collection(probe=collection("probe", look))).run(
                ["inv", "probe.look", "--lang", "en", *words]
            )
        return int(stopped.value.code or 0)

    return call


def compared(path: Path) -> dict[str, list[str]]:
    found = json.loads(path.read_text(encoding="utf-8"))["compared"]
    return {kind: [one["subject"] for one in value] for kind, value in found.items() if isinstance(value, list) and value}


def test_alone_it_is_the_last_run_of_the_same_selection(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--wrong", "a b")
    run("--wrong", "c", "--limit", "h1")
    capsys.readouterr()
    page = tmp_path / "page.html"
    assert run("--wrong", "b c", "--baseline", "--out", f"json={tmp_path / 'r.json'}", "--out", f"html={page}") == 2
    assert compared(tmp_path / "r.json") == {"new": ["c"], "fixed": ["a"], "unchanged": ["b"]}
    said = capsys.readouterr().out
    assert "new 1 · regressed 0 · fixed 1 · unchanged 1 · not looked at 0" in said
    assert "h1 a is wrong" in said
    assert "Against an earlier run" in page.read_text(encoding="utf-8")
    assert run("--baseline") == 0
    assert "h1 b is wrong" in capsys.readouterr().out


def test_what_was_mended_before_the_earlier_run_comes_back_as_regressed(run, tmp_path: Path) -> None:
    for wrong in (["--wrong", "a"], [], ["--wrong", "a", "--baseline", "--out", f"json={tmp_path / 'r.json'}"]):
        run(*wrong)
    assert compared(tmp_path / "r.json") == {"regressed": ["a"]}


def test_a_first_run_says_that_there_is_no_earlier_one(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--baseline") == 0
    assert "no earlier run of probe.look with this selection" in capsys.readouterr().out


def test_a_report_file_a_runs_id_and_a_day(run, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    run("--wrong", "a", "--out", f"json={old}")
    run()
    kept = json.loads(old.read_text(encoding="utf-8"))
    for given in (str(old), kept["id"][:10]):
        run("--wrong", "a", "--baseline", given, "--out", f"json={tmp_path / 'r.json'}")
        assert compared(tmp_path / "r.json") == {"unchanged": ["a"]}
    # The run itself ended at that moment, so it is not before it; what ended a second later is not either.
    moment = datetime.fromisoformat(kept["finished"]) + timedelta(microseconds=1)
    run("--baseline", moment.isoformat(), "--out", f"json={tmp_path / 'r.json'}")
    assert compared(tmp_path / "r.json") == {"fixed": ["a"]}
    run("--wrong", "b", "--baseline", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}", "--out", f"json={tmp_path / 'r.json'}")
    assert compared(tmp_path / "r.json") == {"new": ["b"]}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("no-such.json", "there is no such file"),
        ("1999-01-01", "there is no run of probe.look until then"),
        ("2026-13-01", "month must be"),
        ("ffffffff", "the history has no run 'ffffffff'"),
        ("{file}", "is no report"),
        ("{foreign}", "is a report of another, not of lab"),
        ("{other}", "is a run of network.plan, not of probe.look"),
    ],
)
def test_a_wrong_one_is_refused_before_the_work(
    given: str, why: str, run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--out", f"json={tmp_path / 'good.json'}")
    good = json.loads((tmp_path / "good.json").read_text(encoding="utf-8"))
    (tmp_path / "file").write_text("{}", encoding="utf-8")
    (tmp_path / "foreign").write_text(json.dumps({**good, "site": "another"}), encoding="utf-8")
    (tmp_path / "other").write_text(json.dumps({**good, "workflow": "network.plan"}), encoding="utf-8")
    WORK.clear()
    capsys.readouterr()
    assert run("--baseline", given.format(**{name: tmp_path / name for name in ("file", "foreign", "other")})) == 1
    assert why in capsys.readouterr().err
    assert WORK == []
