"""What every command shares: exit codes, refused options, reports kept and written."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.program import Program

from muhtar.cli.command import Run, collection, command
from muhtar.errors import RegisterError
from muhtar.outcome import Outcome, Status
from muhtar.report import ReportBuilder
from tests.support.disks import fill, small_disk


@command("probe.look", select=True, apply=True, positional=("what",), help={"what": "a status to answer with"})
def look(run: Run, what: str) -> ReportBuilder | int | None:
    """Look.

    Example: ./inv probe.look ok
    """
    if what == "none":
        return None
    if what == "bug":
        raise ZeroDivisionError("hunter2-token")
    if what == "misuse":
        raise RegisterError("no such key", path="licenses.yml", line=7, mend="spell it right")
    if what == "full":
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/reports/x")
    if what == "interrupt":
        raise KeyboardInterrupt
    builder = ReportBuilder("probe.look", run.site.name, limit=run.limit, shard=run.shard)
    if what != "empty":
        builder.select("h1", "drift.servers")
        builder.add(Outcome(target="h1", check="drift.servers", status=Status(what), summary=f"apply={run.apply}"))
    return builder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*words: str) -> int:
        with pytest.raises(SystemExit) as stopped:
            Program(name="inv", namespace=Collection(probe=collection("probe", look))).run(["inv", *words])
        return int(stopped.value.code or 0)

    return call


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("ok", 0),
        ("finding", 2),
        ("error", 1),
        ("unchecked", 3),
        ("none", 0),
        ("misuse", 1),
        ("bug", 1),
        ("empty", 1),
        ("interrupt", 130),
    ],
)
def test_exit_codes(run, what: str, code: int) -> None:
    assert run("probe.look", what) == code


def test_an_error_names_place_and_mend(run, capsys: pytest.CaptureFixture[str]) -> None:
    run("probe.look", "misuse")
    said = capsys.readouterr().err
    assert "licenses.yml:7" in said
    assert "spell it right" in said


def test_a_bug_names_the_log_which_has_the_traceback(run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run("probe.look", "bug")
    assert "fault of Muhtar" in capsys.readouterr().err
    log = next((tmp_path / "home" / "logs").glob("*.log"))
    assert "ZeroDivisionError" in log.read_text()


def test_report_is_kept_and_written(run, tmp_path: Path) -> None:
    out = tmp_path / "x.xml"
    assert run("probe.look", "finding", "--out", f"junit={out}", "--format", "json") == 2
    assert "<testsuite" in out.read_text()
    kept = json.loads((tmp_path / "home" / "reports" / "lab" / "probe.look.json").read_text())
    assert kept["outcomes"][0]["status"] == "finding"


@pytest.mark.parametrize("option", [["--format", "pdf"], ["--out", "junit"], ["--out", "nope=x"], ["--out", "ics=x.ics"]])
def test_a_wrong_output_is_refused_before_the_work(run, option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("probe.look", "bug", *option) == 1
    assert "ZeroDivisionError" not in capsys.readouterr().err


def test_unknown_site_is_refused(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("probe.look", "ok", "--site", "atlantis") == 1
    assert "site.new atlantis" in capsys.readouterr().err


def test_apply_reaches_the_body(run, capsys: pytest.CaptureFixture[str]) -> None:
    run("probe.look", "finding", "--apply")
    assert "apply=True" in capsys.readouterr().out


def test_the_shard_comes_from_gitlab(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI_NODE_INDEX", "2")
    monkeypatch.setenv("CI_NODE_TOTAL", "4")
    run("probe.look", "finding")
    kept = json.loads((tmp_path / "home" / "reports" / "lab" / "probe.look.json").read_text())
    assert kept["shard"] == "2/4"


WAIVERS = """\
waivers:
  - id: h1-until-it-moves
    check: drift.servers
    targets: [h1]
    owner: Head of Software
    reason: it moves to the new server room
    until: 2199-01-31
"""


def waivers(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "home" / "sites" / "lab" / "registers"
    folder.mkdir(parents=True)
    (folder / "waivers.yml").write_text(text, encoding="utf-8")


def test_a_finding_that_somebody_answers_for_is_clean_and_said(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waivers(tmp_path, WAIVERS)
    assert run("probe.look", "finding") == 0
    assert "it moves to the new server room" in " ".join(capsys.readouterr().out.split())
    kept = json.loads((tmp_path / "home" / "reports" / "lab" / "probe.look.json").read_text())
    assert [(one["check"], one["status"]) for one in kept["outcomes"]] == [("drift.servers", "waived"), ("waiver.term", "ok")]
    assert run("probe.look", "unchecked") == 3


def test_a_wrong_register_of_waivers_is_refused_before_any_work(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waivers(tmp_path, WAIVERS.replace("2199-01-31", "for ever"))
    assert run("probe.look", "interrupt") == 1
    assert "waivers.yml:7" in capsys.readouterr().err


def test_a_full_disk_is_no_fault_of_ours(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("probe.look", "full") == 1
    said = capsys.readouterr().err
    assert "/srv/reports/x" in said
    assert "make room" in said
    assert "fault of Muhtar" not in said


def test_a_report_that_cannot_be_kept_is_shown_and_the_run_has_failed(
    run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("probe.look", "finding") == 2
    with small_disk(tmp_path / "home") as disk:
        filler = fill(disk)
        capsys.readouterr()
        assert run("probe.look", "finding") == 1
        said = capsys.readouterr()
        assert "apply=False" in said.out
        assert "this report was not kept" in said.err
        assert said.err.count("cannot be written") <= 1
        assert "Traceback" not in said.err
        filler.unlink()
        assert run("probe.look", "finding") == 2


def test_a_state_folder_that_cannot_be_is_an_error_with_its_path(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "file"))
    assert run("probe.look", "ok") == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said
    assert "MUHTAR_HOME" in said
