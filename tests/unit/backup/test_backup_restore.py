"""backup.restore and backup.prove on repositories in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.backup.prove import prove
from muhtar.backup.restore import parse_at, prepare
from muhtar.doors.restic import ResticFailedError
from muhtar.errors import UsageError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site, home
from tests.support.backup_town import FakeTown, policy, target

SITE = Site("lab")
DIGEST = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of "x"


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
    assert line == f"web1/content: 2027-01-31 10:00 UTC, 1 file, 10 B -> {tmp_path}/out/content"
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


def proven(plan: FakeTown) -> Report:
    return prove(SITE, progress=NoProgress(), plan=plan).build()


def live(plan: FakeTown, *files: tuple[str, str, float]) -> None:
    """Have the host hold these files: path, SHA-256, time of the last change."""
    plan.places["web1"].answers = {
        "sha256sum": "".join(f"{digest}  {path}\0" for path, digest, _ in files),
        "printf": "".join(f"f\0{when}\0{path}\0\0" for path, _, when in files),
    }


OLD = 1_000_000_000.0
LATER = datetime(2027, 1, 31, 11, tzinfo=UTC).timestamp()


def test_equal_files_prove_the_restore(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", DIGEST, OLD))
    (outcome,) = proven(plan).outcomes
    assert outcome.status is Status.OK
    assert outcome.summary.startswith("1 file equal")


def test_a_difference_that_the_backup_should_have_is_a_finding(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", "0" * 64, OLD))
    (outcome,) = proven(plan).outcomes
    assert (outcome.status, outcome.summary) == (Status.FINDING, "/var/www/file differs")


def test_a_file_that_did_not_come_back_is_a_finding(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", DIGEST, OLD), ("/var/www/lost", DIGEST, OLD))
    (outcome,) = proven(plan).outcomes
    assert (outcome.status, outcome.summary) == (Status.FINDING, "/var/www/lost was not restored")


def test_what_changed_since_is_counted_and_proves_nothing(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", "0" * 64, LATER), ("/var/www/new", DIGEST, LATER))
    (outcome,) = proven(plan).outcomes
    assert outcome.status is Status.FINDING
    assert outcome.summary == "nothing that was restored could be compared (1 changed since)"


def test_a_restore_that_fails_is_an_error_and_the_scratch_copy_goes(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", DIGEST, OLD))
    plan.fakes["web1"].fails = {"restore": ResticFailedError("a pack is broken", returncode=1)}
    (outcome,) = proven(plan).outcomes
    assert outcome.status is Status.ERROR
    assert list((home() / "scratch").iterdir()) == []


def test_the_scratch_copy_goes_when_all_is_well_too(plan: FakeTown) -> None:
    live(plan, ("/var/www/file", DIGEST, OLD))
    (home() / "scratch" / "prove-web1-left-by-a-killed-run").mkdir(parents=True)
    proven(plan)
    assert list((home() / "scratch").iterdir()) == []
