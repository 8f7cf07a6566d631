"""PostgreSQL drilled and restored for real, on this machine alone. Needs PostgreSQL's programs, and root."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.backup.drill import postgresql
from muhtar.backup.restore_database import prepare_database
from muhtar.backup.sources import postgresql as source
from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine, Output
from muhtar.doors import process
from muhtar.doors.restic import Here
from muhtar.errors import DoorError, UsageError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site, home, locked
from tests.support.drill_town import DrillTown

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not _PROGRAMS or not shutil.which("runuser"), reason="needs PostgreSQL's programs and root"
)

SITE = Site("lab")
AS_POSTGRES = ("runuser", "-u", "postgres", "--")
SOURCE = {"name": "databases", "kind": "postgresql", "databases": ["gis", "postgres"]}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The folder of a running cluster with a database `gis`: a table, a partition, a role of its own."""
    room = tempfile.mkdtemp(prefix="muhtar-test-pg-")
    shutil.chown(room, "postgres")
    binaries = _PROGRAMS[-1].parent
    data = f"{room}/data"
    process.run(
        [*AS_POSTGRES, binaries / "initdb", "-D", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"],
        cwd=Path("/"),
    )
    options = f"-c listen_addresses= -c unix_socket_directories={room} -c fsync=off"
    process.run([*AS_POSTGRES, binaries / "pg_ctl", "-D", data, "-w", "-l", f"{room}/log", "-o", options, "start"], cwd=Path("/"))
    os.environ["PGHOST"] = room
    sql(
        "postgres",
        "CREATE ROLE parcels_owner LOGIN PASSWORD 'secret-of-the-parcels'",
        "CREATE DATABASE gis",
    )
    sql(
        "gis",
        'CREATE TABLE "odd ""name" (id int)',
        'INSERT INTO "odd ""name" SELECT generate_series(1, 7)',
        "CREATE TABLE parcels (id int, year int) PARTITION BY RANGE (year)",
        "CREATE TABLE parcels_2026 PARTITION OF parcels FOR VALUES FROM (2026) TO (2027)",
        "INSERT INTO parcels SELECT generate_series(1, 100), 2026",
        "ALTER TABLE parcels OWNER TO parcels_owner",
        "CREATE TABLE nothing ()",
    )
    yield room
    process.run([*AS_POSTGRES, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False, cwd=Path("/"))
    del os.environ["PGHOST"]
    shutil.rmtree(room, ignore_errors=True)


def sql(database: str, *statements: str) -> str:
    words = [word for statement in statements for word in ("-c", statement)]
    return process.run([*AS_POSTGRES, "psql", "-AtXq", "-v", "ON_ERROR_STOP=1", "-d", database, *words], cwd=Path("/")).stdout


@pytest.fixture
def town(cluster: str, binary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DrillTown]:
    del cluster
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    (tmp_path / "town").mkdir()
    found = DrillTown(tmp_path / "town", binary, SOURCE)
    found.take()
    # This machine is the scratch host, and a scratch host serves one drill at a time, whichever worker asks.
    with locked("test-drill-postgresql", wait=300, folder=Path(tempfile.gettempdir()) / "muhtar-tests"):
        yield found


HERE = Machine("drill1", Here())


def test_a_dump_is_loaded_and_its_rows_are_those_of_backup_time(town: DrillTown) -> None:
    sql("gis", "INSERT INTO parcels VALUES (101, 2026)")
    try:
        result = town.drill(HERE)
    finally:
        sql("gis", "DELETE FROM parcels WHERE id = 101")
    (outcome,) = result.report.build().outcomes
    assert outcome.status is Status.OK, outcome.summary
    assert outcome.summary.startswith("2 databases loaded, 3 tables, 107 rows as counted at backup time, back in ")
    (proof,) = json.loads(result.evidence.json.read_text())["drills"]
    assert proof["place"].startswith("drill1, PostgreSQL ")
    assert {"name": "gis: public.parcels_2026", "found": "100 rows", "equal": True} in proof["sample"]
    assert {"name": 'gis: public.odd "name', "found": "7 rows", "equal": True} in proof["sample"]
    assert not Path(postgresql._ROOM).exists(), "the scratch cluster is gone"


def test_rows_that_are_not_those_of_backup_time_are_a_finding(town: DrillTown, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rows.parse
    monkeypatch.setattr(rows, "parse", lambda text: {**real(text), "public.lost": 3} if '"gis"' in text else real(text))
    (outcome,) = town.drilled(HERE)
    assert outcome.status is Status.FINDING
    assert outcome.found == "gis: public.lost has no such table, had 3 rows when it was backed up"


def test_without_recorded_counts_nobody_could_look(town: DrillTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "ROWS", ".nothing")
    (outcome,) = town.drilled(HERE)
    assert outcome.status is Status.UNCHECKED
    assert outcome.summary.startswith("nobody counted the rows of gis, postgres when it was backed up")
    assert outcome.mend == "./inv backup.run counts them now"


def test_without_a_scratch_host_nobody_could_look(town: DrillTown) -> None:
    (outcome,) = town.drilled()
    assert (outcome.status, outcome.summary) == (Status.UNCHECKED, "there is no scratch host to try postgresql on")
    assert "group drill" in (outcome.mend or "")


def test_a_dump_that_does_not_load_is_a_finding(town: DrillTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql._Cluster, "load_roles", lambda *_: None)
    (outcome,) = town.drilled(HERE)
    assert outcome.status is Status.FINDING
    assert "gis.dump does not load" in outcome.summary
    assert "does not exist" in outcome.summary, "a role that the globals have"
    assert not Path(postgresql._ROOM).exists()


def test_the_counts_are_of_the_snapshot_of_the_dump(cluster: str, town: DrillTown) -> None:
    """What is written while the dump runs is in neither."""
    del cluster
    dump = next(piece for piece in town.jobs[0].items[0].source.pieces(HERE) if piece.name == "gis.dump")
    assert isinstance(dump, Output)
    wrapped = [word.replace("failed = subprocess.call(dump)", _WRITE) for word in dump.command]
    assert wrapped != list(dump.command)
    done = process.run(wrapped, stdout_to=town.folder / "gis.dump", cwd=Path("/"))
    assert done.returncode == 0
    counts = Path(wrapped[-2])
    try:
        assert rows.parse(counts.read_text())["public.nothing"] == 0
    finally:
        counts.unlink()
        assert sql("gis", "SELECT count(*) FROM nothing").strip() == "1"
        sql("gis", "DELETE FROM nothing")
    text = process.run(["pg_restore", "--data-only", "--table=nothing", "-f", "-", town.folder / "gis.dump"]).stdout
    assert "COPY public.nothing  FROM stdin;\n\\." in text


_WRITE = (
    'subprocess.run(["psql", "-Xq", "-d", database, "-c", "INSERT INTO nothing DEFAULT VALUES"], check=True, stdout=sys.stderr)'
    "\nfailed = subprocess.call(dump)"
)


def test_a_dump_that_fails_fails_the_backup(cluster: str, town: DrillTown, monkeypatch: pytest.MonkeyPatch) -> None:
    del cluster
    monkeypatch.setattr(source, "DUMP", source.DUMP.replace('"pg_dump"', '"pg_dump", "--no-such-option"'))
    with pytest.raises(Exception, match="restic"):
        town.take()


def test_a_database_goes_to_another_host_under_another_name(town: DrillTown, tmp_path: Path) -> None:
    restoration = prepare_database(SITE, "web1", "db2", path="gis.dump", name="gis_back", plan=town, machine=HERE)
    (line,) = restoration.describe()
    assert "-> new database gis_back on drill1" in line
    before = set(tmp_path.rglob("*"))
    try:
        (outcome,) = restoration.apply(NoProgress()).build().outcomes
        assert outcome.status is Status.OK, outcome.summary
        assert sql("gis_back", "SELECT count(*) FROM parcels").strip() == "100"
        left = [path for path in set(tmp_path.rglob("*")) - before if not path.is_relative_to(town.folder / "cache")]
        assert left == [], "nothing is written on the runner"
        with pytest.raises(UsageError, match="has a database gis_back already"):
            prepare_database(SITE, "web1", "db2", path="gis", name="gis_back", plan=town, machine=HERE)
    finally:
        sql("postgres", "DROP DATABASE IF EXISTS gis_back")
    assert home().is_relative_to(tmp_path)


def test_a_restore_that_fails_leaves_no_half_database(town: DrillTown, monkeypatch: pytest.MonkeyPatch) -> None:
    restoration = prepare_database(SITE, "web1", "db2", path="gis", name="gis_half", plan=town, machine=HERE)

    def broken(*_: object, **__: object) -> None:
        raise DoorError("cut off")

    monkeypatch.setattr("muhtar.backup.restore_database.stream", broken)
    (outcome,) = restoration.apply(NoProgress()).build().outcomes
    assert outcome.status is Status.ERROR
    assert "gis_half" not in sql("postgres", "SELECT datname FROM pg_database")


def test_names_are_asked_for_where_they_are_not_clear(town: DrillTown) -> None:
    with pytest.raises(UsageError, match="has a database gis already"):
        prepare_database(SITE, "web1", "db2", source="postgresql", plan=town, machine=HERE)
    with pytest.raises(UsageError, match="no name for a database"):
        prepare_database(SITE, "web1", "db2", name='x"; DROP', plan=town, machine=HERE)
    with pytest.raises(UsageError, match=r"no dump tax\.dump"):
        prepare_database(SITE, "web1", "db2", path="tax", plan=town, machine=HERE)
    with pytest.raises(UsageError, match="no one PostgreSQL source other"):
        prepare_database(SITE, "web1", "db2", source="other", plan=town, machine=HERE)
