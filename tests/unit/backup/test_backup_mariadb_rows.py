"""The script that dumps a MariaDB database and counts its rows, between programs that play MariaDB's. The lab has a real one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Output
from muhtar.backup.sources.mariadb import MariaDB
from muhtar.doors.process import Completed, run

SOURCE = MariaDB(name="data", kind="mariadb", databases=("zm",), without_rows=("zm.Logs",))
# A client that answers line by line; `LOG` gets what it was asked.
CLIENT = r"""
import os, sys
for line in sys.stdin:
    with open(os.environ["LOG"], "a") as log:
        log.write(line)
    if "BACKUP STAGE START" in line and os.environ.get("REFUSES"):
        sys.exit("ERROR 1227: no RELOAD privilege")
    elif "information_schema.TABLES" in line:
        for name, engine in (("Monitors", "InnoDB"), ("odd `\n name", "InnoDB"), ("Logs", "InnoDB"), ("Old", "MyISAM")):
            print(name.encode().hex().upper(), engine, sep="\t")
    elif line.startswith("SELECT COUNT"):
        print(2 if "Monitors" in line else 7)
    elif line.startswith("SELECT '"):
        print(line.split("'")[1])
    sys.stdout.flush()
"""
DUMP = r"""
import os, sys
open(os.environ["LOG"], "a").write("the dump begins\n")
print("-- MariaDB dump\n-- Table structure for table `Monitors`\n" + "x" * 200000)
sys.exit(int(os.environ.get("FAILS", "0")))
"""


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the programs were asked, in order."""
    for name, text in (("mariadb", CLIENT), ("mariadb-dump", DUMP)):
        (tmp_path / name).write_text(f"#!{sys.executable}\n{text}")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def dumped() -> tuple[Completed, Output]:
    """The dump as it ended, and the piece that comes after it."""
    dump, counts = SOURCE._counted("zm")
    assert isinstance(dump, Output)
    assert isinstance(counts, Output)
    return run(list(dump.command), check=False), counts


def test_rows_are_counted_beside_the_dump_and_commits_wait_only_until_it_has_begun(log: Path) -> None:
    done, counts = dumped()
    assert (done.returncode, len(done.stdout)) == (0, len("-- MariaDB dump\n-- Table structure for table `Monitors`\n") + 200001)
    assert rows.parse(run(list(counts.command)).stdout) == {"Monitors": 2, "odd `\n name": 7, "Old": None}
    assert run(list(counts.command), check=False).returncode != 0, "the record is gone from the host"
    asked = log.read_text()
    order = ["BACKUP STAGE BLOCK_COMMIT", "START TRANSACTION", "the dump begins", "BACKUP STAGE END", "SELECT COUNT"]
    assert sorted(order, key=asked.index) == order
    assert "odd ``" in asked


def test_what_keeps_it_from_counting_does_not_keep_the_dump_from_being_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUSES", "1")
    done, counts = dumped()
    assert done.returncode == 0
    with pytest.raises(rows.UncountedError, match="no RELOAD privilege"):
        rows.parse(run(list(counts.command)).stdout)


def test_a_dump_that_fails_fails_and_leaves_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILS", "3")
    done, counts = dumped()
    assert done.returncode == 1
    assert not Path(counts.command[-1]).exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"rows": {"a": "b"}}), json.dumps({"rows": None})])
def test_what_is_no_record_is_an_error(text: str) -> None:
    with pytest.raises(Exception, match="not understood"):
        rows.parse(text)
