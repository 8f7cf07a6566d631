"""What the benchmarks print and keep; that they measure is their own affair."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from invoke.collection import Collection
from invoke.program import Program

from benchmarks import backup, drift, network, network_daily
from benchmarks import license as license_bench
from benchmarks.backup import BARE, BORGMATIC, MUHTAR, REPLAY
from benchmarks.hosts import tree
from benchmarks.kept import keep
from benchmarks.network_daily import Spent
from muhtar.cli import bench

MIB = 2**20


def test_ratios_are_those_of_speeds() -> None:
    rows = [network.Row("raw asyncssh (floor)", 300, 1.0, 0.9), network.Row("Muhtar's fleet", 300, 2.0, 1.5)]
    lines = network.table([*rows, network.Row("RANCID", 30, 6.0, 3.0)])
    assert lines[2].endswith("| 300 | 1.0 | 300.0 | 3 | 0.5× as fast |")
    assert lines[3].endswith("| 5 | 1× as fast |")
    assert lines[4] == "| RANCID | 30 | 6.0 | 5.0 | 100 | 30× as fast |"
    assert "apt-get install rancid" in network.table(rows)[-1]


def test_the_daily_job_is_the_sum_of_its_steps_and_its_memory_that_of_the_larger() -> None:
    steps = {"backup": Spent(10.0, 5.0, 150_000_000), "drift": Spent(20.0, 7.0, 200_000_000)}
    assert network_daily.table([(1000, "first", steps)])[2] == "| 1000 | first | 10.0 | 20.0 | 30.0 | 12 | 200 |"


def test_memory_counts_a_process_and_all_below_it() -> None:
    eater = f"import time; held = bytearray({64 * MIB}); print(flush=True); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {eater!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        memory = network_daily._Memory(child.pid)
        time.sleep(3 * network_daily.SAMPLES)
        peak = memory.stop()
        os.killpg(child.pid, 9)
    assert peak > 64 * MIB


def test_one_source_is_measured_by_bare_restic() -> None:
    found = {
        BARE: (backup.Spent(4.0, 3.0), backup.Spent(1.0, 0.5)),
        MUHTAR: (backup.Spent(4.2, 3.0, 0.1), backup.Spent(1.5, 0.5)),
    }
    lines = backup.one_source_table(300_000_000, found)
    assert lines[0].startswith("| 300 MB, 2000 files |")
    assert lines[2] == "| bare restic | 4.00 | 1.00× | 3.00 | 1.00 | 1.00× | 0.50 |"
    assert lines[3] == "| Muhtar | 4.20 | 1.05× | 3.10 | 1.50 | 1.50× | 0.50 |"
    assert "apt-get install borgmatic" in lines[4]
    whole = backup.one_source_table(300_000_000, {**found, BORGMATIC: found[BARE]})
    assert len(whole) == 5
    assert "apt-get" not in whole[4]


def test_many_hosts_are_measured_by_the_best_by_hand() -> None:
    found = {
        backup.at_once(BARE, 1): backup.Spent(20.0, 9.0),
        backup.at_once(BARE, 4): backup.Spent(9.0, 9.0),
        backup.at_once(MUHTAR, 4): backup.Spent(10.0, 9.0, 1),
    }
    lines = backup.many_hosts_table(10, 20_000_000, found)
    assert lines[2:] == [
        "| bare restic, 1 at once | 20.0 | 10.0 | 9.0 | 0.45× |",
        "| bare restic, 4 at once | 9.0 | 22.2 | 9.0 | 1.00× |",
        "| Muhtar, 4 at once | 10.0 | 20.0 | 10.0 | 0.90× |",
    ]


def test_restics_share_is_that_of_its_processor_time_and_of_the_same_calls_by_hand() -> None:
    found = {MUHTAR: backup.Spent(10.0, 18.0, 2.0), REPLAY: backup.Spent(9.5, 18.0)}
    lines = backup.nothing_new_table(200, found)
    assert lines[2] == "| Muhtar | 10.0 | 100% | 18.0 | 2.0 | 90% |"
    assert lines[3] == "| the same restic calls by hand | 9.5 | 95% | 18.0 | 0.0 | 100% |"


def test_medians_are_of_each_value() -> None:
    rounds = [backup.Spent(1.0, 9.0, 0.1), backup.Spent(3.0, 7.0, 0.3), backup.Spent(2.0, 8.0, 0.9)]
    assert backup.Spent.median(rounds) == backup.Spent(2.0, 8.0, 0.3)


def test_programs_count_apart_from_our_own_work() -> None:
    busy = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"]
    found = backup.spent(lambda: subprocess.run(busy, check=True))
    assert found.programs >= 0.3
    assert found.own < found.programs


def test_half_of_a_tree_can_be_compressed(tmp_path: Path) -> None:
    tree(tmp_path, 4, 400_000, 1)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [path.stat().st_size for path in files] == [100_000] * 4
    small = [len(zlib.compress(path.read_bytes())) < 60_000 for path in files]
    assert small == [True, False, True, False]


def test_one_in_a_hundred_has_drifted() -> None:
    assert [len(network_daily._drifted(count)) for count in (100, 300, 1000)] == [1, 3, 10]


def test_a_kept_page_says_when_and_on_what(tmp_path: Path) -> None:
    keep(tmp_path / "page.md", "Reading", "How to repeat it.\n", ["| a |", "| - |"])
    text = (tmp_path / "page.md").read_text()
    assert text.startswith("# Reading: the last measurement\n\nHow to repeat it.\n\nMeasured on 2")
    assert f"{os.cpu_count()} cores" in text
    assert text.endswith("\n\n| a |\n| - |\n")


@pytest.mark.parametrize(
    ("options", "argv"),
    [
        ({}, "network.py --few 100 --rounds 3 --latency 0.0 --devices 300"),
        ({"daily": True}, "network_daily.py --latency 0.05 --devices 100 300 1000"),
        ({"daily": True, "devices": 20, "latency": 5}, "network_daily.py --latency 0.005 --devices 20"),
    ],
)
def test_the_command_starts_the_right_one(options: dict[str, Any], argv: str) -> None:
    given = {"daily": False, "devices": 0, "few": 100, "rounds": 3, "latency": 0, "keep": False, **options}
    assert bench._network(**given) == argv.split()


def test_neither_kept_table_takes_the_place_of_the_other() -> None:
    given: dict[str, Any] = {"devices": 0, "few": 100, "rounds": 3, "latency": 0, "keep": True}
    pages = [Path(bench._network(daily=daily, **given)[-1]) for daily in (False, True)]
    assert [page.name for page in pages] == ["bench-network.md", "bench-network-daily.md"]
    assert {page.parent.name for page in pages} == {"reference"}


def test_growth_is_that_of_an_entry_and_what_is_not_linear_is_missed() -> None:
    rows = [
        license_bench.Row("license", 1, 45, 0.9, 60),
        license_bench.Row("license", 10, 450, 1.8, 70),
        license_bench.Row("warranty", 1, 2000, 6.0, 60),
        license_bench.Row("warranty", 10, 20_000, 180.0, 700),
    ]
    assert license_bench.growth(rows) == [None, pytest.approx(0.2), None, pytest.approx(3)]
    assert license_bench.table(rows)[2:4] == [
        "| license.audit | 1 | 45 | 0.90 | 20000 | 60 |  |",
        "| license.audit | 10 | 450 | 1.80 | 4000 | 70 | 0.20 |",
    ]
    assert license_bench.missed(rows) == [
        "warranty.audit of one municipality took 6.0 s, more than 5",
        "warranty.audit: an entry takes 3.0 times as long with 10 times the entries: not linear",
    ]
    assert license_bench.missed(rows[:2]) == []


def test_each_round_begins_with_another_one() -> None:
    assert [backup.in_turn("abc", number) for number in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]


DETECTED = """\
--> Preparing operation files...
    [web1] Ready: deploy.py

--> Detected changes:
    Operation              Change          Conditional Change
    account nobetci        2 (db1, web1)   -
    account eski.calisan   -               -
    /etc/restic            1 (web1)        3 (db1, r1, web1)

    Detected changes may not include every change pyinfra will execute.
"""


def test_what_pyinfra_would_change_is_read_from_its_table() -> None:
    assert drift.operations(DETECTED) == [2, 0, 4]
    assert drift.operations("--> Skipping change detection\n") == []


def test_looks_for_drift_are_held_against_pyinfras() -> None:
    ways = {drift.PEER: drift.Spent(4.0, 1.0), drift.FAST: drift.Spent(3.0, 2.0), drift.ANSIBLE: drift.Spent(20.0, 9.0)}
    assert drift.table({4: ways})[2:] == [
        "| 4 | pyinfra --dry | 4.0 | 1.00× | 1.0 |",
        "| 4 | Muhtar, drift.check | 3.0 | 0.75× | 2.0 |",
        "| 4 | ansible-playbook --check | 20.0 | 5.00× | 9.0 |",
    ]


@pytest.mark.parametrize("hosts", ["4,x", "0", "41", "4,"])
def test_a_wrong_number_of_servers_is_refused_at_once(hosts: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        Program(name="inv", namespace=Collection(bench=bench.namespace)).run(["inv", "bench.drift", f"--hosts={hosts}"])
    assert stopped.value.code == 1
    assert "numbers from 1 to 40" in capsys.readouterr().err
