"""Each kind of source: what it takes, and what it refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from muhtar.backup.sources.asterisk import Asterisk
from muhtar.backup.sources.base import Held, Machine, MissingSourceError, Output, Paths
from muhtar.backup.sources.device_config import DeviceConfig
from muhtar.backup.sources.files import Files
from muhtar.backup.sources.mariadb import MariaDB
from muhtar.backup.sources.postgresql import PostgreSQL
from muhtar.backup.sources.sqlite import SQLite
from muhtar.backup.sources.web import Web
from muhtar.backup.sources.zoneminder import ZoneMinder
from muhtar.doors.restic import Here
from muhtar.errors import DoorError, UnreachableError
from nornir_tasks.get_configs import Configs
from tests.support.backup_town import FakePlace

HERE = Machine("here", Here())
GIS = PostgreSQL(name="data", kind="postgresql")
ZM = MariaDB(name="data", kind="mariadb", databases=("zm",), without_rows=("zm.Logs", "other.x"))
CONFIG = DeviceConfig(name="config", kind="device_config")


def machine(**answers: str | int) -> Machine:
    return Machine("db1", cast("Any", FakePlace(answers)))


def device(running: bytes, startup: bytes | None = None) -> Machine:
    return Machine("r1", None, lambda: Configs(running, startup))


def files(*paths: Path, exclude: tuple[str, ...] = ()) -> Files:
    return Files(name="x", kind="files", paths=tuple(map(str, paths)), exclude=exclude)


def test_files_take_all_paths_in_one(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    assert files(tmp_path / "a b").pieces(HERE) == [Paths((f"{tmp_path}/a b",))]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError, match="gone"):
        files(tmp_path, tmp_path / "gone").pieces(HERE)


def test_postgresql_takes_globals_and_every_database() -> None:
    pieces = GIS.pieces(machine(pg_database="gis\npostgres\n"))
    assert [piece.name for piece in pieces if isinstance(piece, Output)] == [
        "globals.sql",
        "gis.dump",
        "gis.rows.json",
        "postgres.dump",
        "postgres.rows.json",
    ]


def test_postgresql_misses_a_database_that_the_policy_names() -> None:
    with pytest.raises(MissingSourceError, match="tax"):
        GIS.model_copy(update={"databases": ("tax",)}).pieces(machine(pg_database="gis\n"))


def test_postgresql_refuses_a_name_that_is_no_file_name() -> None:
    with pytest.raises(DoorError):
        GIS.pieces(machine(pg_database="a/b\n"))


def test_mariadb_leaves_out_rows_of_its_own_tables_only() -> None:
    dump, counts = ZM.pieces(machine(DATABASES="mysql\nzm\n"))
    assert isinstance(dump, Output)
    assert isinstance(counts, Output)
    assert (dump.name, counts.name) == ("zm.sql", "zm.rows.json")
    assert "--ignore-table-data=zm.Logs" in dump.command
    assert "Logs" in dump.command, "nor are they counted"
    assert not [word for word in dump.command if "other.x" in word]
    assert counts.command[-1] in dump.command, "where the one leaves the counts, the other takes them"


def test_mariadb_misses_a_database() -> None:
    with pytest.raises(MissingSourceError, match="zm"):
        ZM.pieces(machine(DATABASES="mysql\n"))


def database(path: Path, *tables: str) -> None:
    with closing(sqlite3.connect(path)) as made:
        for table in tables:
            made.execute(f"CREATE TABLE {table} (a)")
        made.execute(f"INSERT INTO {tables[0]} VALUES (1)")
        made.commit()


def test_sqlite_copies_a_database_in_use(tmp_path: Path) -> None:
    live = tmp_path / "live?#.db"
    database(live, "astdb", "other")
    source = SQLite(name="x", kind="sqlite", file=str(live))
    (piece,) = source.pieces(HERE)
    assert isinstance(piece, Output)
    back = tmp_path / "back"
    back.mkdir()
    with closing(sqlite3.connect(live)) as busy:
        busy.execute("INSERT INTO astdb VALUES (2)")  # not committed: must not come along, nor stop us
        from muhtar.doors.process import run

        run(list(piece.command), stdout_to=back / live.name)
    with closing(sqlite3.connect(back / live.name)) as copy:
        assert copy.execute("SELECT a FROM astdb").fetchall() == [(1,)]
    assert source.tables(HERE) == {"astdb", "other"}


def test_sqlite_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError):
        SQLite(name="x", kind="sqlite", file=str(tmp_path / "gone")).pieces(HERE)


def test_a_device_gives_what_runs_and_what_it_would_start_with() -> None:
    held, now = b"hostname r1\nsecret a-secret-value\n", b"hostname r1\nsecret another-\xfc-value\n"
    assert CONFIG.pieces(device(held)) == [Held("running-config", held)]
    assert CONFIG.pieces(device(held, now)) == [Held("running-config", held), Held("startup-config", now)]
    with pytest.raises(MissingSourceError, match="empty running configuration"):
        CONFIG.pieces(device(b" \n"))


def test_a_source_on_the_wrong_kind_of_host() -> None:
    with pytest.raises(DoorError):
        CONFIG.pieces(machine())
    with pytest.raises(DoorError):
        GIS.pieces(device(b""))


def test_a_host_that_does_not_answer() -> None:
    with pytest.raises(UnreachableError):
        GIS.pieces(machine(psql=255))
    with pytest.raises(DoorError):
        GIS.pieces(machine(psql=2))


def pbx(folder: Path) -> Asterisk:
    """A PBX of a folder of this machine."""
    for name in ("etc", "voicemail", "monitor", "cdr-csv"):
        (folder / name).mkdir(parents=True)
        (folder / name / "one").write_text(name)
    database(folder / "astdb.sqlite3", "astdb")
    paths = {"config": "etc", "astdb": "astdb.sqlite3", "voicemail": "voicemail", "recordings": "monitor"}
    return Asterisk(
        name="pbx", kind="asterisk", cdr=(str(folder / "cdr-csv"),), **{key: str(folder / name) for key, name in paths.items()}
    )


class Answering:
    """This machine, but for some commands, whose answer is given."""

    name = "here"

    def __init__(self, **answers: str) -> None:
        self.answers = answers

    def run(self, argv: list[str], **given: Any) -> Any:
        """Answer, or really run it."""
        if argv[0] in self.answers:
            return FakePlace({argv[0]: self.answers[argv[0]]}).run(argv)
        return Here().run(argv, **given)


def answering(**answers: str) -> Machine:
    return Machine("here", cast("Any", Answering(**answers)))


def test_asterisk_takes_version_database_and_files(tmp_path: Path) -> None:
    source = pbx(tmp_path / "live")
    version, astdb, paths = source.pieces(answering())
    assert isinstance(version, Output)
    assert isinstance(astdb, Output)
    assert isinstance(paths, Paths)
    assert (version.name, version.command) == ("asterisk-version.txt", ("asterisk", "-V"))
    assert astdb.name == "astdb.sqlite3"
    assert [Path(path).name for path in paths.paths] == ["etc", "voicemail", "monitor", "cdr-csv"]


def test_asterisk_without_its_call_records_is_a_finding(tmp_path: Path) -> None:
    source = pbx(tmp_path)
    with pytest.raises(MissingSourceError, match="cdr-custom"):
        source.model_copy(update={"cdr": (f"{tmp_path}/cdr-custom",)}).pieces(answering())


def test_zoneminder_takes_its_cameras_and_not_its_footage(tmp_path: Path) -> None:
    source = ZoneMinder(name="nvr", kind="zoneminder", settings=(str(tmp_path),))
    version, dump, _, settings = source.pieces(machine(DATABASES="zm\n", Monitors="2\n"))
    assert isinstance(version, Output)
    assert isinstance(dump, Output)
    assert "--ignore-table-data=zm.Frames" in dump.command
    assert settings == Paths((str(tmp_path),))
    with pytest.raises(MissingSourceError, match="no camera"):
        source.pieces(machine(DATABASES="zm\n", Monitors="0\n"))
    with pytest.raises(MissingSourceError, match="zm"):
        source.pieces(machine(DATABASES="mysql\n", Monitors="2\n"))


@pytest.mark.parametrize(
    ("said", "stray"),
    [
        ("server {{ root {0}/www; }}", None),
        ('  root "{0}/www/sub";', None),
        ("location /p {{ alias {0}/www/; }}", None),
        ("# root /srv/old;", None),
        ("  # location / {{ root /srv/old; }}", None),
        ("root $document_root/x;", None),
        ("root {0}/www;\n  root /srv/new;", "/srv/new"),
        ("root {0}/www2;", "www2"),
        ("root html;", "/usr/share/nginx/html"),
    ],
)
def test_web_content_is_all_that_nginx_serves(tmp_path: Path, said: str, stray: str | None) -> None:
    for name in ("www", "nginx"):
        (tmp_path / name).mkdir()
    source = Web(name="content", kind="web", paths=(f"{tmp_path}/www",), config=(f"{tmp_path}/nginx",))
    here = answering(nginx=said.format(tmp_path))
    if stray is None:
        assert source.pieces(here) == [Paths((f"{tmp_path}/www", f"{tmp_path}/nginx"))]
    else:
        with pytest.raises(MissingSourceError, match=stray):
            source.pieces(here)


def test_web_content_left_out_on_purpose_is_no_finding(tmp_path: Path) -> None:
    source = Web(name="content", kind="web", paths=(str(tmp_path),), exclude=("/usr/share/nginx",), config=(str(tmp_path),))
    (piece,) = source.pieces(answering(nginx="root html;"))
    assert isinstance(piece, Paths)
    assert piece.excludes == ("/usr/share/nginx",)
