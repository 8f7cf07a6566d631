"""What the benchmarks print and keep; that they measure is their own affair."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks import license as license_bench
from benchmarks import network, network_daily
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
