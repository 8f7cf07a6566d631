"""Restore drills over the real thing: a cluster, an Asterisk, a MariaDB on scratch hosts; candidates on devices of every make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from muhtar.backup.drill.evidence import verify
from muhtar.backup.drill.run import Result, drill
from muhtar.backup.drill.scratch import Scratch
from muhtar.backup.plan import reach
from muhtar.backup.restore_database import prepare_database
from muhtar.backup.run import run
from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine, Output
from muhtar.backup.sources.mariadb import MariaDB
from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

QUIET = NoProgress()
SYSTEMS = "web1:db1:pbx1:nvr1:r1:sw1:sw3"


@pytest.fixture(scope="module")
def drilled(lab: Lab) -> Result:
    """A backup of one system of every kind, and a drill of it."""
    taken = run(lab.site, limit=SYSTEMS, progress=QUIET).build()
    assert taken.exit_code == 0, [outcome.summary for outcome in taken.outcomes]
    return drill(lab.site, limit=SYSTEMS, progress=QUIET)


def outcome(result: Result, target: str, subject: str) -> Outcome:
    return next(one for one in result.report.build().outcomes if (one.target, one.subject) == (target, subject))


def evidence(result: Result) -> list[dict[str, Any]]:
    drills: list[dict[str, Any]] = json.loads(result.evidence.json.read_text())["drills"]
    return drills


def test_everything_comes_back(drilled: Result) -> None:
    report = drilled.report.build()
    bad = [(one.target, one.subject, one.summary) for one in report.outcomes if one.status is not Status.OK]
    assert report.exit_code == 0, bad


def test_rows_are_those_of_backup_time(drilled: Result) -> None:
    found = outcome(drilled, "db1", "databases")
    assert "rows as counted at backup time" in found.summary
    assert found.duration > 0


def test_a_real_asterisk_accepts_the_configuration(lab: Lab, drilled: Result) -> None:
    found = outcome(drilled, "pbx1", "pbx: asterisk")
    assert found.summary.startswith("Asterisk accepts it: 2 endpoints, "), found.summary
    assert "asterisk" not in lab.inside("drill2", "ps", "-eo", "args").stdout, "it has ended"


def test_the_pbxs_database_comes_back(drilled: Result) -> None:
    assert outcome(drilled, "pbx1", "pbx: astdb").summary.startswith("sound, 1 table as on the host")


def test_mariadb_has_the_rows_of_backup_time(drilled: Result) -> None:
    found = outcome(drilled, "nvr1", "recorder: mariadb").summary
    assert re.match(r"1 database loaded, (\d+) tables checked, [1-9]\d* rows in \d+ of them as counted at backup time", found)
    (drill,) = [one for one in evidence(drilled) if one["source"] == "recorder: mariadb"]
    assert {"name": "zm: Monitors", "found": "2 rows, OK", "equal": True} in drill["sample"]


def test_mariadb_rows_that_are_not_those_of_backup_time_are_a_finding(
    lab: Lab, drilled: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    del drilled
    real = rows.parse
    monkeypatch.setattr(rows, "parse", lambda text: {**real(text), "Monitors": 3, "Lost": 1})
    found = outcome(drill(lab.site, limit="nvr1", progress=QUIET), "nvr1", "recorder: mariadb")
    assert found.status is Status.FINDING
    assert found.found == "zm: Lost: not there; zm: Monitors: 2 rows, had 3 rows when it was backed up"


@contextmanager
def busy_database(lab: Lab) -> Iterator[str]:
    """A database on nvr1 that is written to all the time."""
    name = "muhtar_test"
    lab.inside(
        "nvr1",
        "mariadb",
        "-e",
        f"CREATE DATABASE {name}; CREATE TABLE {name}.busy (id INT PRIMARY KEY AUTO_INCREMENT);"
        f"CREATE TABLE {name}.bare LIKE {name}.busy; INSERT INTO {name}.bare VALUES (1)",
    )
    write = "while :; do echo 'INSERT INTO busy VALUES ();'; done | mariadb muhtar_test & echo $!"
    lab.inside("nvr1", "sh", "-c", f"({write}) >/run/muhtar-test-writer 2>&1 </dev/null")
    try:
        yield name
    finally:
        lab.inside("nvr1", "sh", "-c", "kill $(cat /run/muhtar-test-writer); rm /run/muhtar-test-writer", check=False)
        lab.inside("nvr1", "mariadb", "-e", f"DROP DATABASE {name}")


def test_mariadb_rows_are_counted_in_the_snapshot_of_the_dump(lab: Lab) -> None:
    """While somebody writes: what the dump holds is what was counted, every time."""
    with busy_database(lab) as name:
        source = MariaDB(name="x", kind="mariadb", databases=(name,), without_rows=(f"{name}.bare",))
        counts = []
        for _ in range(5):
            dump, record = source.pieces(Machine("nvr1", reach(lab.site, lab.inventory.target("nvr1"))))
            assert isinstance(dump, Output)
            assert isinstance(record, Output)
            text = lab.inside("nvr1", *dump.command).stdout
            held = rows.parse(lab.inside("nvr1", *record.command).stdout)
            assert held == {"busy": len(re.findall(r"^\(\d+\)[,;]$", text, re.MULTILINE))}
            counts.append(held["busy"])
        assert len(set(counts)) == len(counts), "somebody wrote"


@pytest.mark.parametrize("device", ["r1", "sw1", "sw3"])
def test_a_device_takes_it_as_candidate(drilled: Result, device: str) -> None:
    assert outcome(drilled, device, "config").summary.partition(", back")[0].endswith("taken as candidate, no difference")


def test_nothing_is_left_on_the_scratch_hosts(lab: Lab, drilled: Result) -> None:
    del drilled
    for host in ("drill1", "drill2", "drill3"):
        # Two looks: what looks for the folders is itself a program that names them.
        assert not lab.inside(host, "find", "/tmp", "/var/tmp", "-maxdepth", "1", "-name", "muhtar-*").stdout.split()
        left = lab.inside(host, "ps", "-eo", "args").stdout
        assert "muhtar-" not in left
        assert "postgres" not in left
        assert "mariadbd" not in left


def test_the_evidence_is_signed(lab: Lab, drilled: Result) -> None:
    for path in (drilled.evidence.json, drilled.evidence.html):
        assert "muhtar@lab" in verify(lab.site, path)
    drills = evidence(drilled)
    assert {drill["system"] for drill in drills} == set(SYSTEMS.split(":"))
    assert all(drill["snapshots"] and drill["seconds"] is not None for drill in drills)


def test_a_production_host_is_never_scratch(lab: Lab) -> None:
    drill1 = lab.inventory.target("drill1")
    web1 = Target("web1", ("servers", "web"), {"ansible_host": drill1.address})
    with pytest.raises(InventoryError, match="has the address of web1"):
        Scratch.of(lab.inventory, [web1])


def test_a_database_goes_to_another_host(lab: Lab, drilled: Result, tmp_path: Path) -> None:
    """db1's database beside itself here: the only other PostgreSQL of the lab is nobody's."""
    del drilled, tmp_path
    restoration = prepare_database(lab.site, "db1", "db1", source="postgresql", path="gis", name="gis_restored")
    try:
        (found,) = restoration.apply(QUIET).build().outcomes
        assert found.status is Status.OK, found.summary
        query = ["runuser", "-u", "postgres", "--", "psql", "-AtXq", "-c", "SELECT count(*) > 0 FROM pg_stat_user_tables"]
        assert lab.inside("db1", *query, "-d", "gis_restored").stdout.strip() == "t"
    finally:
        lab.inside("db1", "runuser", "-u", "postgres", "--", "dropdb", "--if-exists", "gis_restored")
