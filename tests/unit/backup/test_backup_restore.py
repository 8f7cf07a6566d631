"""backup.restore: on repositories in memory, and of single files from a real one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.backup.restore import parse_at, prepare
from muhtar.errors import UsageError
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.backup_town import FakeTown, policy, target
from tests.support.drill_town import DrillTown

SITE = Site("lab")


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))


@pytest.fixture
def plan() -> FakeTown:
    found = FakeTown(policy(), target("web1", "web"))
    found.keep("web1", "content", hours=30, run="old")
    found.keep("web1", "content", hours=2, run="new")
    return found


def test_the_plan_is_shown_and_nothing_is_written(plan: FakeTown, tmp_path: Path) -> None:
    (line,) = prepare(SITE, "web1", tmp_path / "out", plan=plan).describe()
    assert line == f"web1/content: 2027-01-31 10:00 UTC, 1 file, 10 B, snapshot 00000000 -> {tmp_path}/out/content"
    assert not (tmp_path / "out").exists()
    assert plan.fakes["web1"].calls == ["snapshots"]


def test_at_chooses_the_newest_of_that_day(plan: FakeTown, tmp_path: Path) -> None:
    (line,) = prepare(SITE, "web1", tmp_path / "out", at="2027-01-30", plan=plan).describe()
    assert "2027-01-30 06:00" in line
    (line,) = prepare(SITE, "web1", tmp_path / "out", at="2027-01-29", plan=plan).describe()
    assert line == "web1/content: no snapshot"


def test_apply_restores_for_the_owners_eyes_only(plan: FakeTown, tmp_path: Path) -> None:
    report = prepare(SITE, "web1", tmp_path / "out", plan=plan).apply(NoProgress()).build()
    assert report.exit_code == 0
    assert (tmp_path / "out" / "content" / "var" / "www" / "file").read_text() == "x"
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_a_folder_with_something_in_it_is_refused(plan: FakeTown, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(UsageError, match="not empty"):
        prepare(SITE, "web1", tmp_path / "out", plan=plan)
    with pytest.raises(UsageError, match="not a folder"):
        prepare(SITE, "web1", tmp_path / "out" / "mine", plan=plan)


def test_a_restore_without_a_snapshot_is_a_finding(plan: FakeTown, tmp_path: Path) -> None:
    plan.fakes["web1"].kept = None
    report = prepare(SITE, "web1", tmp_path / "out", plan=plan).apply(NoProgress()).build()
    assert report.exit_code == 2


def test_a_restore_is_of_one_host(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one host"):
        prepare(SITE, "web", tmp_path / "out", plan=FakeTown(policy(), target("web1", "web"), target("web2", "web")))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-31", datetime(2027, 1, 31, 23, 59, 59, 999999, UTC)),
        ("2027-01-31T18:00", datetime(2027, 1, 31, 18, tzinfo=UTC)),
        ("2027-01-31T18:00+03:00", datetime(2027, 1, 31, 15, tzinfo=UTC)),
        (None, None),
    ],
)
def test_dates(text: str | None, moment: datetime | None) -> None:
    assert parse_at(text) == moment


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        parse_at("31.01.2027")


def test_overwrite_writes_into_a_folder_that_is_not_empty(plan: FakeTown, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    report = prepare(SITE, "web1", tmp_path / "out", overwrite=True, plan=plan).apply(NoProgress()).build()
    assert report.exit_code == 0
    assert (tmp_path / "out" / "content" / "var" / "www" / "file").read_text() == "x"


@pytest.fixture
def town(binary: str, tmp_path: Path) -> DrillTown:
    """A town with two sources in a real repository."""
    for name in ("www", "etc"):
        (tmp_path / name / "sub[1]").mkdir(parents=True)
        (tmp_path / name / "sub[1]" / "a*b").write_text(f"{name}, a*b")
        (tmp_path / name / "sub[1]" / "axb").write_text("another")
    sources = [{"name": name, "kind": "files", "paths": [str(tmp_path / name)]} for name in ("www", "etc")]
    (tmp_path / "town").mkdir()
    found = DrillTown(tmp_path / "town", binary, *sources)
    found.take()
    return found


def test_one_file_alone_comes_back(town: DrillTown, tmp_path: Path) -> None:
    wanted = tmp_path / "www" / "sub[1]" / "a*b"
    restoration = prepare(SITE, "web1", tmp_path / "out", path=str(wanted), plan=town)
    (line,) = restoration.describe()
    assert f"web1/www: {wanted}, " in line
    assert "1 file, 8 B" in line
    assert restoration.apply(NoProgress()).build().exit_code == 0
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["a*b"]
    assert (tmp_path / "out" / "www" / str(wanted).lstrip("/")).read_text() == "www, a*b"


def test_a_folder_comes_back_with_all_in_it(town: DrillTown, tmp_path: Path) -> None:
    restoration = prepare(SITE, "web1", tmp_path / "out", path=f"{tmp_path}/etc/sub[1]/", plan=town)
    (outcome,) = restoration.apply(NoProgress()).build().outcomes
    assert outcome.summary.startswith("2 files, ")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file()) == ["a*b", "axb"]


def test_a_path_that_is_in_no_snapshot_is_refused(town: DrillTown, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in none of the snapshots"):
        prepare(SITE, "web1", tmp_path / "out", path=f"{tmp_path}/etc/sub", plan=town)
