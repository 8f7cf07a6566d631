"""Words that may be given without their flag."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from muhtar.cli._program import helped, with_flags
from muhtar.settings import ROOT

TASKS = ("network.apply", "network.rollback", "drift.check")


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("network.apply", "network.apply"),
        ("network.apply x.plan --apply", "network.apply --plan x.plan --apply"),
        ("network.apply --apply x.plan", "network.apply --apply --plan x.plan"),
        ("network.apply --limit r1 --apply", "network.apply --limit r1 --apply"),
        ("network.apply --plan x.plan", "network.apply --plan x.plan"),
        ("network.apply drift.check", "network.apply drift.check"),
        ("network.rollback 2026 --apply", "network.rollback --change 2026 --apply"),
        ("drift.check x.plan", "drift.check x.plan"),
        ("drift.check network.apply x y", "drift.check network.apply --plan x y"),
    ],
)
def test_a_bare_word_gets_its_flag(given: str, understood: str) -> None:
    assert with_flags(given.split(), TASKS) == understood.split()


@pytest.mark.parametrize(
    ("given", "task"),
    [
        ("network.apply --help", "network.apply"),
        ("network.apply x.plan -h", "network.apply"),
        ("drift.check network.apply --help", "network.apply"),
        ("drift.check", None),
        ("--help drift.check", None),
    ],
)
def test_help_is_asked_for_after_a_task(given: str, task: str | None) -> None:
    assert helped(given.split(), TASKS) == task


def test_a_task_that_must_have_an_argument_helps_without_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "muhtar", "lab.shell", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Example: ./inv lab.shell db1" in done.stdout


def test_the_list_of_tasks_needs_none_of_the_heavy_libraries() -> None:
    """Every call of ./inv imports every task: what a task works with is imported by its body."""
    heavy = ("ansible", "napalm", "netmiko", "nornir", "paramiko", "pydantic", "rich")
    script = f"import sys, tasks; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not done.stdout.strip()


def test_who_stops_reading_gets_no_traceback() -> None:
    reads_nothing, writes = os.pipe()
    os.close(reads_nothing)
    with os.fdopen(writes, "w") as output:
        done = subprocess.run(
            [sys.executable, "-m", "muhtar", "--list"], cwd=ROOT, stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr == ""
    assert done.returncode == 1
