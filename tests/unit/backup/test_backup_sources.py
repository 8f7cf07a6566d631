"""Each kind of source: what it takes, what it refuses, and what convinces it that a restore is right."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
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

NOW = datetime(2027, 1, 31, tzinfo=UTC)
HERE = Machine("here", Here())
GIS = PostgreSQL(name="data", kind="postgresql")
ZM = MariaDB(name="data", kind="mariadb", databases=("zm",), without_rows=("zm.Logs", "other.x"))
CONFIG = DeviceConfig(name="config", kind="device_config")
CONTENTS = """;
; Archive created at 2027-01-31
215; 1259 16386 TABLE public parcels owner
3405; 0 16386 TABLE DATA public parcels owner
216; 1259 16390 TABLE tax bills owner
"""


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


def test_files_against_a_real_folder(tmp_path: Path) -> None:
    """The same commands that run on a host, run here: odd names, links, exclusions."""
    live, back = tmp_path / "live", tmp_path / "back"
    copy = back / live.relative_to("/")
    for folder in (live, copy):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "ğ ü\nç").write_text("same")
        (folder / "link").symlink_to("sub")
    (live / "cache").mkdir()
    (live / "cache" / "x").touch()
    source = files(live, exclude=(f"{live}/cache",))
    future = datetime(2100, 1, 1, tzinfo=UTC)
    assert source.prove(HERE, back, future).equal == 2
    assert source.prove(HERE, back, future).wrong == ()
    (copy / "sub" / "ğ ü\nç").write_text("SAME")
    (copy / "link").unlink()
    wrong = source.prove(HERE, back, future).wrong
    assert len(wrong) == 2
    past = datetime(2000, 1, 1, tzinfo=UTC)
    assert source.prove(HERE, back, past).wrong == ()
    assert "1 changed since" in source.prove(HERE, back, past).note


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


def dumps(folder: Path) -> Path:
    (folder / "globals.sql").write_text("--\n-- PostgreSQL database cluster dump complete\n--\n")
    (folder / "gis.dump").write_bytes(b"PGDMP head and data")
    return folder


def test_postgresql_compares_tables(tmp_path: Path) -> None:
    live = "public.parcels\ntax.bills\n"
    assert GIS.prove(machine(pg_restore=CONTENTS, pg_class=live), dumps(tmp_path), NOW).equal == 2
    proof = GIS.prove(machine(pg_restore=CONTENTS, pg_class=live + "tax.late\n"), dumps(tmp_path), NOW)
    assert proof.wrong == ("gis.dump lacks table tax.late",)


def test_postgresql_sees_a_broken_dump(tmp_path: Path) -> None:
    folder = dumps(tmp_path)
    (folder / "globals.sql").write_text("CREATE ROLE")
    wrong = GIS.prove(machine(pg_restore=1), folder, NOW).wrong
    assert "globals.sql is not complete" in wrong
    assert any("does not read gis.dump" in text for text in wrong)


def test_mariadb_leaves_out_rows_of_its_own_tables_only() -> None:
    (piece,) = ZM.pieces(machine(DATABASES="mysql\nzm\n"))
    assert isinstance(piece, Output)
    assert "--ignore-table-data=zm.Logs" in piece.command
    assert not [word for word in piece.command if "other" in word]


def test_mariadb_misses_a_database() -> None:
    with pytest.raises(MissingSourceError, match="zm"):
        ZM.pieces(machine(DATABASES="mysql\n"))


def test_mariadb_compares_tables(tmp_path: Path) -> None:
    (tmp_path / "zm.sql").write_text("CREATE TABLE `Monitors` (\n);\n-- Dump completed\n")
    assert ZM.prove(machine(TABLES="Monitors\tBASE TABLE\n"), tmp_path, NOW).equal == 1
    assert ZM.prove(machine(TABLES="Monitors\tBASE TABLE\nEvents\tBASE TABLE\n"), tmp_path, NOW).wrong == (
        "zm.sql lacks table Events",
    )
    (tmp_path / "zm.sql").write_text("CREATE TABLE `Monitors` (\n")
    assert "zm.sql is not complete" in ZM.prove(machine(TABLES="Monitors\tBASE TABLE\n"), tmp_path, NOW).wrong


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
    assert source.prove(HERE, back, NOW).equal == 2


def test_sqlite_sees_what_is_no_database_or_lacks_a_table(tmp_path: Path) -> None:
    live, back = tmp_path / "live.db", tmp_path / "back"
    back.mkdir()
    database(live, "astdb", "other")
    source = SQLite(name="x", kind="sqlite", file=str(live))
    database(back / "live.db", "astdb")
    assert source.prove(HERE, back, NOW).wrong == ("live.db lacks table other",)
    (back / "live.db").write_bytes(b"no database at all, but longer than a header of one would be" * 3)
    assert source.prove(HERE, back, NOW).wrong
    assert source.prove(HERE, back, NOW).equal == 0


def test_sqlite_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError):
        SQLite(name="x", kind="sqlite", file=str(tmp_path / "gone")).pieces(HERE)


def test_a_device_is_compared_without_showing_its_lines(tmp_path: Path) -> None:
    held, now = b"hostname r1\nsecret a-secret-value\n", b"hostname r1\nsecret another-\xfc-value\n"
    assert CONFIG.pieces(device(held)) == [Held("running-config", held)]
    assert CONFIG.pieces(device(held, now)) == [Held("running-config", held), Held("startup-config", now)]
    (tmp_path / "running-config").write_bytes(held)
    assert CONFIG.prove(device(held), tmp_path, NOW).equal == 2
    (wrong,) = CONFIG.prove(device(now), tmp_path, NOW).wrong
    assert "1 lines only in the backup, 1 only on it" in wrong
    (wrong,) = CONFIG.prove(device(held, held), tmp_path, NOW).wrong
    assert wrong.startswith("startup-config differs")
    assert "value" not in wrong


def test_a_difference_in_line_ends_alone_is_one(tmp_path: Path) -> None:
    (tmp_path / "running-config").write_bytes(b"hostname r1\n")
    assert CONFIG.prove(device(b"hostname r1\r\n"), tmp_path, NOW).wrong


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


def test_asterisk_comes_back_whole_and_says_of_which_version(tmp_path: Path) -> None:
    live, back = tmp_path / "live", tmp_path / "back"
    source = pbx(live)
    copy = back / live.relative_to("/")
    pbx(copy)
    (copy / "astdb.sqlite3").rename(back / "astdb.sqlite3")
    (back / "asterisk-version.txt").write_text("Asterisk 16.28.0\n")
    future = datetime(2100, 1, 1, tzinfo=UTC)
    proof = source.prove(answering(asterisk="Asterisk 16.28.0\n"), back, future)
    assert (proof.wrong, proof.note, proof.equal) == ((), "", 1 + 1 + 4)
    assert source.prove(answering(asterisk="Asterisk 20.1.0"), back, future).note == "of Asterisk 16.28.0, Asterisk 20.1.0 runs"
    (copy / "monitor" / "one").write_text("another")
    (back / "asterisk-version.txt").write_text("")
    wrong = source.prove(answering(asterisk="Asterisk 16.28.0"), back, future).wrong
    assert len(wrong) == 2
    assert "asterisk-version.txt is empty" in wrong


def test_zoneminder_takes_its_cameras_and_not_its_footage(tmp_path: Path) -> None:
    source = ZoneMinder(name="nvr", kind="zoneminder", settings=(str(tmp_path),))
    version, dump, settings = source.pieces(machine(DATABASES="zm\n", Monitors="2\n"))
    assert isinstance(version, Output)
    assert isinstance(dump, Output)
    assert "--ignore-table-data=zm.Frames" in dump.command
    assert settings == Paths((str(tmp_path),))
    with pytest.raises(MissingSourceError, match="no camera"):
        source.pieces(machine(DATABASES="zm\n", Monitors="0\n"))
    with pytest.raises(MissingSourceError, match="zm"):
        source.pieces(machine(DATABASES="mysql\n", Monitors="2\n"))


def test_zoneminder_is_compared_by_tables_files_and_version(tmp_path: Path) -> None:
    live, back = tmp_path / "live", tmp_path / "back"
    for folder in (live, back / live.relative_to("/")):
        folder.mkdir(parents=True)
        (folder / "zm.conf").write_text("x")
    (back / "zm.sql").write_text("CREATE TABLE `Monitors` (\n);\n-- Dump completed\n")
    (back / "zoneminder-version.txt").write_text("1.36.33\n")
    source = ZoneMinder(name="nvr", kind="zoneminder", settings=(str(live),))
    answers = {"mariadb": "Monitors\tBASE TABLE\n", "dpkg-query": "1.36.33\n"}
    proof = source.prove(answering(**answers), back, datetime(2100, 1, 1, tzinfo=UTC))
    assert (proof.wrong, proof.note, proof.equal) == ((), "", 3)
    answers = {"mariadb": "Monitors\tBASE TABLE\nZones\tBASE TABLE\n", "dpkg-query": "1.38.0"}
    proof = source.prove(answering(**answers), back, datetime(2100, 1, 1, tzinfo=UTC))
    assert proof.wrong == ("zm.sql lacks table Zones",)
    assert "1.38.0 runs" in proof.note


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
