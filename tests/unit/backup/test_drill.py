"""backup.drill with a real restic: samples, findings, what nobody could look at, and no scratch copy left."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from muhtar.backup.drill import case, files, sqlite
from muhtar.doors.process import Completed
from muhtar.doors.restic import Here, ResticFailedError
from muhtar.doors.restic.contents import hashes, nodes
from muhtar.errors import UsageError
from muhtar.outcome import Status
from muhtar.settings import home
from tests.support.drill_town import DrillTown


@pytest.fixture
def make(binary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., DrillTown]:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    (tmp_path / "town").mkdir()
    return lambda *sources, **more: DrillTown(tmp_path / "town", binary, *sources, **more)


@pytest.fixture
def www(tmp_path: Path) -> Path:
    """A folder with odd names in it, and a file of more than one piece: restic's are 8 MiB at most."""
    folder = tmp_path / "www"
    (folder / "sub").mkdir(parents=True)
    for number in range(5):
        (folder / f"page-{number}").write_text(f"page {number}")
    (folder / "sub" / "ğ [ü] *").write_text("odd")
    (folder / "sub" / "empty").touch()
    (folder / "link").symlink_to("page-0")
    (folder / "big").write_bytes(os.urandom(9_000_000))
    return folder


def content(folder: Path, **more: Any) -> dict[str, Any]:
    return {"name": "content", "kind": "files", "paths": [str(folder)], **more}


def test_what_comes_back_is_what_was_there(make, www) -> None:
    town = make(content(www))
    town.take()
    (outcome,) = town.drilled(sample=100)
    assert outcome.status is Status.OK, outcome.summary
    assert outcome.summary.startswith("8 of 8 files looked at and equal, back in ")
    assert outcome.check == "backup.drill"
    assert outcome.duration > 0
    assert list((home() / "scratch").iterdir()) == []


def test_the_seed_chooses_the_sample_and_is_recorded(make, www) -> None:
    town = make(content(www))
    town.take()
    evidence = [json.loads(town.drill(sample=3, seed=seed).evidence.json.read_text()) for seed in ("a", "a", "b", "c", "d")]
    samples = [[one["name"] for one in each["drills"][0]["sample"]] for each in evidence]
    assert samples[0] == samples[1]
    assert len({tuple(sample) for sample in samples}) > 1
    assert [each["seed"] for each in evidence[:3]] == ["a", "a", "b"]


def test_a_file_that_the_host_has_otherwise_is_a_finding(make, www, monkeypatch) -> None:
    town = make(content(www))
    town.take()
    live = {str(www / "page-1"): (0.0, "0" * 64), str(www / "page-2"): (4e9, "0" * 64)}
    monkeypatch.setattr(files, "_live", lambda *_: live)
    (outcome,) = town.drilled(sample=100)
    assert (outcome.status, outcome.found) == (Status.FINDING, f"{www}/page-1 is not what the host has")


def test_what_changed_since_is_counted(make, www) -> None:
    town = make(content(www))
    town.take()
    (www / "page-1").write_text("other")
    (www / "page-2").unlink()
    (outcome,) = town.drilled(sample=100)
    assert outcome.status is Status.OK
    assert "1 changed on the host since" in outcome.summary


def test_a_restored_file_that_is_not_what_the_repository_says_is_a_finding(make, www, monkeypatch) -> None:
    town = make(content(www))
    town.take()
    real = case.bring_back

    def spoilt(restic, step):
        run = real(restic, step)
        (step.folder / str(www).lstrip("/") / "page-3").write_text("PAGE 3")
        (step.folder / str(www).lstrip("/") / "page-4").unlink()
        return run

    monkeypatch.setattr(case, "bring_back", spoilt)
    monkeypatch.setattr(files, "_live", lambda *_: {})
    (outcome,) = town.drilled(sample=100)
    assert outcome.status is Status.FINDING
    assert f"{www}/page-3 is not what the repository says" in (outcome.found or "")
    assert f"{www}/page-4 is not there" in (outcome.found or "")


def test_of_much_only_the_sample_comes_back_and_the_time_is_reckoned(make, www, monkeypatch) -> None:
    town = make(content(www))
    town.take()
    monkeypatch.setattr(files, "_WHOLE", 1)
    result = town.drill(sample=100)
    (outcome,) = result.report.build().outcomes
    assert outcome.status is Status.OK, outcome.summary
    assert "(reckoned from the sample)" in outcome.summary
    (drill,) = json.loads(result.evidence.json.read_text())["drills"]
    assert drill["estimated"] is True


def test_a_broken_pack_is_an_error(make, www) -> None:
    town = make(content(www))
    town.take()
    pack = max(
        (path for path in (town.folder / "repository" / "data").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
    )
    pack.chmod(0o600)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)
    (outcome,) = town.drilled(sample=100)
    assert outcome.status is Status.ERROR
    assert list((home() / "scratch").iterdir()) == []


def test_nothing_to_restore_is_a_finding(make, www) -> None:
    town = make(content(www), {"name": "other", "kind": "files", "paths": ["/var/other"]})
    town.restic().init()
    outcomes = town.drilled()
    assert {outcome.status for outcome in outcomes} == {Status.FINDING}
    assert {outcome.summary for outcome in outcomes} == {"there is no whole snapshot to restore"}


def test_an_empty_folder_is_a_finding_unless_it_may_be(make, tmp_path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    town = make(content(folder, may_be_empty=True))
    town.take()
    (outcome,) = town.drilled()
    assert (outcome.status, outcome.duration) == (Status.OK, 0.0)


def test_no_host_no_comparison_with_it(make, www, monkeypatch) -> None:
    """The backups of a host that burnt down are drilled all the same."""
    town = make(content(www))
    town.take()
    monkeypatch.setattr(DrillTown, "machine", lambda self, job, configs=None: type(town.place) and _gone(job.name))
    (outcome,) = town.drilled(sample=100)
    assert outcome.status is Status.OK
    assert "1 by size and restic's own comparison alone" not in outcome.summary
    assert "2 by size and restic's own comparison alone" in outcome.summary  # the big one and the empty one


def _gone(name: str) -> Any:
    from muhtar.backup.sources.base import Machine

    return Machine(name)


def test_an_sqlite_file_is_opened(make, tmp_path) -> None:
    live = tmp_path / "astdb"
    with closing(sqlite3.connect(live)) as database, database:
        database.execute("CREATE TABLE numbers (number)")
        database.execute("INSERT INTO numbers VALUES (1), (2)")
    town = make({"name": "astdb", "kind": "sqlite", "file": str(live)})
    town.take()
    result = town.drill()
    (outcome,) = result.report.build().outcomes
    assert outcome.status is Status.OK, outcome.summary
    (drill,) = json.loads(result.evidence.json.read_text())["drills"]
    assert drill["sample"] == [{"name": "astdb: numbers", "found": "2 rows", "equal": True}]


def test_an_sqlite_file_that_lacks_a_table_is_a_finding(make, tmp_path) -> None:
    live = tmp_path / "astdb"
    with closing(sqlite3.connect(live)) as database, database:
        database.execute("CREATE TABLE numbers (number)")
    town = make({"name": "astdb", "kind": "sqlite", "file": str(live)})
    town.take()
    with closing(sqlite3.connect(live)) as database, database:
        database.execute("CREATE TABLE other (number)")
    (outcome,) = town.drilled()
    assert (outcome.status, outcome.found) == (Status.FINDING, "astdb lacks table other")


def test_an_sqlite_file_that_is_none_is_a_finding(make, tmp_path, monkeypatch) -> None:
    live = tmp_path / "astdb"
    with closing(sqlite3.connect(live)) as database, database:
        database.execute("CREATE TABLE numbers (number)")
    town = make({"name": "astdb", "kind": "sqlite", "file": str(live)})
    town.take()
    spoilt = b"no database at all, but longer than a header of one would be" * 3
    monkeypatch.setattr(sqlite, "restore_files", lambda *words, **_: (Path(words[3]) / "astdb").write_bytes(spoilt))
    (outcome,) = town.drilled()
    assert (outcome.status, outcome.found) == (Status.FINDING, "astdb: file is not a database")


class Pbx(Here):
    """This machine, with an Asterisk of that version."""

    version = "Asterisk 16.28.0"

    def run(self, argv: Sequence[str], **given: Any) -> Completed:
        """Answer for it; all else is run here."""
        if argv[0] == "asterisk":
            return Completed(tuple(argv), 0, f"{self.version}\n", "", 0.1)
        return super().run(argv, **given)


@pytest.fixture
def pbx(make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DrillTown:
    """A town with a PBX, backed up."""
    program = tmp_path / "programs" / "asterisk"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho {Pbx.version}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for name in ("etc", "voicemail", "monitor", "cdr-csv"):
        (tmp_path / name).mkdir()
    (tmp_path / "etc" / "asterisk.conf").write_text("[options]\n")
    with closing(sqlite3.connect(tmp_path / "astdb.sqlite3")) as database, database:
        database.execute("CREATE TABLE astdb (key)")
    folders = {"config": "etc", "voicemail": "voicemail", "recordings": "monitor", "astdb": "astdb.sqlite3"}
    paths = {key: str(tmp_path / name) for key, name in folders.items()}
    town = make({"name": "pbx", "kind": "asterisk", "cdr": [str(tmp_path / "cdr-csv")], **paths}, place=Pbx())
    town.take()
    return town


def test_a_pbx_is_tried_whole_and_in_its_parts(pbx) -> None:
    found = {outcome.subject: outcome for outcome in pbx.drilled(sample=100)}
    assert list(found) == ["pbx", "pbx: astdb", "pbx: asterisk"]
    assert found["pbx"].status is Status.OK, found["pbx"].summary
    assert found["pbx"].summary.startswith("3 of 3 files looked at and equal")
    assert found["pbx"].summary.count("Asterisk") == 0, "the same version runs"
    assert found["pbx: astdb"].summary.startswith("sound, 1 table as on the host, back in ")
    assert found["pbx: asterisk"].summary == "there is no scratch host to try asterisk on"
    assert found["pbx: asterisk"].status is Status.UNCHECKED


def test_of_another_version_than_runs_is_worth_a_word(pbx, monkeypatch) -> None:
    monkeypatch.setattr(Pbx, "version", "Asterisk 20.1.0")
    summary = next(outcome.summary for outcome in pbx.drilled(sample=100) if outcome.subject == "pbx")
    assert "; of Asterisk 16.28.0, Asterisk 20.1.0 runs, back in" in summary


def test_a_pbx_without_a_configuration_is_a_finding(pbx, tmp_path) -> None:
    (tmp_path / "etc" / "asterisk.conf").rename(tmp_path / "etc" / "other.conf")
    pbx.take()
    found = next(outcome for outcome in pbx.drilled() if outcome.subject == "pbx: asterisk")
    assert (found.status, found.summary) == (Status.FINDING, f"there is no {tmp_path}/etc/asterisk.conf in it")


def test_a_sample_of_nothing_is_refused(make, www) -> None:
    with pytest.raises(UsageError):
        make(content(www)).drill(sample=0)


def test_the_contents_of_a_snapshot(make, www) -> None:
    town = make(content(www))
    town.take()
    (shot,) = town.restic().snapshots()
    found = {node.path: node for node in nodes(town.restic(), shot.id, str(www))}
    assert found[f"{www}/big"].size == 9_000_000
    assert found[f"{www}/link"].kind == "symlink"
    odd = f"{www}/sub/ğ [ü] *"
    kept = hashes(town.restic(), shot.id, [odd, f"{www}/big", f"{www}/sub/empty", f"{www}/not-there"])
    assert set(kept) == {odd, f"{www}/big", f"{www}/sub/empty"}
    assert len(kept[odd]) == 1
    assert len(kept[f"{www}/big"]) > 1
    with pytest.raises(ResticFailedError):
        hashes(town.restic(), shot.id, ["/nowhere/file"])
