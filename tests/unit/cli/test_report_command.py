"""report.* and --as-of on the command line: drawn, not kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.program import Program

from lab.overlay.registers import write_registers
from muhtar.cli import license as license_cli
from muhtar.cli import report as report_cli
from muhtar.history import History
from muhtar.render import render, schema
from muhtar.render.context import Context
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.reports import mixed_report


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*words: str) -> int:
        with pytest.raises(SystemExit) as stopped:
            Program(name="inv", namespace=Collection(report_cli.namespace, license_cli.namespace)).run(["inv", *words])
        return int(stopped.value.code or 0)

    return call


def test_a_stored_report_is_drawn_again_with_its_exit_code_and_not_kept(run, tmp_path: Path, capsys) -> None:
    stored, page = tmp_path / "r.json", tmp_path / "r.html"
    stored.write_text(render("json", mixed_report(), Context()), encoding="utf-8")
    assert run("report.render", str(stored), "--lang", "tr", "--out", f"html={page}") == 1
    assert "denetlenemedi" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert History.open().reports() == []


def test_a_missing_shard_ends_with_3(run, tmp_path: Path) -> None:
    part = mixed_report()
    clean = part.model_copy(update={"shard": "1/2", "outcomes": part.outcomes[:1], "selected": part.selected[:1]})
    (tmp_path / "1.json").write_text(render("json", clean, Context()), encoding="utf-8")
    assert run("report.merge", f"{tmp_path}/*.json") == 3


def test_the_schema_is_printed(run, capsys) -> None:
    assert run("report.schema") == 0
    assert capsys.readouterr().out == schema.text()


def test_an_audit_of_another_day_is_not_kept_but_todays_is(run, capsys) -> None:
    write_registers(Site("lab").overlay)
    assert run("license.audit", "--as-of", "2199-12-31") == 2
    assert "expired on" in capsys.readouterr().out
    assert History.open().reports() == []
    assert run("license.audit") == 0
    assert [report.workflow for report in History.open().reports()] == ["license.audit"]


def test_a_day_that_is_none_is_refused(run, capsys) -> None:
    assert run("license.audit", "--as-of", "31.01.2027") == 1
    assert "YYYY-MM-DD" in capsys.readouterr().err


def test_a_purchase_list_of_today_is_kept_and_one_of_another_year_or_directorate_is_not(
    run, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "today", lambda self: date(2026, 12, 1))
    folder = tmp_path / "papers"
    there = ("license.procurement", "--site", "example", "--out-dir", str(folder))
    assert run(*there, "--year", "2027", "--directorate", "Fen İşleri Müdürlüğü") == 2
    shown = capsys.readouterr().out
    assert "2027 satın alma listesi: Fen İşleri Müdürlüğü" in shown
    assert f"3 papers written into {folder}" in " ".join(shown.split())
    assert History.open().reports() == []
    assert run(*there, "--format", "json") == 3
    assert Report.model_validate_json(capsys.readouterr().out).workflow == "license.procurement"
    assert [report.workflow for report in History.open().reports()] == ["license.procurement"]
    assert run(*there, "--as-of", "tomorrow") == 1


@pytest.mark.parametrize(
    ("option", "value", "said"), [("--year", "27", "--year 27 is not a year"), ("--out-dir", __file__, "is no folder for papers")]
)
def test_a_purchase_list_refuses_what_is_no_year_or_folder(option: str, value: str, said: str, run, capsys) -> None:
    assert run("license.procurement", "--site", "example", "--as-of", "2026-12-01", option, value) == 1
    assert said in capsys.readouterr().err
