"""The shape of the repository: everything imports, every task is documented, nothing names a registry or a machine's path."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

import tasks
from muhtar.checks import CHECKS
from muhtar.quality.reference import pages

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    *("README.md", "LICENSE", "ansible.cfg", "inv", "pyproject.toml", "tasks.py"),
    *("benchmarks", "changelog", "docs", "inventories", "lab", "molecule", "muhtar", "napalm_frr", "nornir_tasks", "playbooks"),
    *("requirements", "roles", "tests"),
}
TASKS = sorted(tasks.namespace.task_names)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_only_what_belongs_here_is_kept_and_nothing_big() -> None:
    """A test or a program that leaves a file in the checkout would have it committed by the next `git add`."""
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP
    assert not [str(path) for path in tracked() if path.stat().st_size > 500_000]


def python_modules() -> list[str]:
    found = []
    for path in tracked():
        relative = path.relative_to(ROOT)
        if relative.suffix == ".py" and relative.parts[0] in {"muhtar", "nornir_tasks", "napalm_frr", "lab"}:
            parts = relative.with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    # Modules that run where another interpreter or program is: cameras on a lab host, callbacks inside Ansible, __main__.
    return [name for name in found if not name.endswith("__main__") and ".ansible_plugins" not in name]


@pytest.mark.parametrize("name", python_modules())
def test_everything_imports_and_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip(), f"{name} has no docstring"


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_what_it_does_with_an_example(name: str) -> None:
    text = tasks.namespace[name].__doc__ or ""
    assert "Example" in text
    assert "./inv " in text


@pytest.mark.parametrize("name", TASKS)
def test_every_option_is_explained(name: str) -> None:
    task = tasks.namespace[name]
    assert not [argument.name for argument in task.get_arguments() if not argument.help]


def test_asking_for_options_does_not_use_their_help_up() -> None:
    task = tasks.namespace["demo"]
    assert [[argument.help for argument in task.get_arguments()] for _ in range(2)] == [["leave the lab running afterwards"]] * 2


def test_the_task_table_is_not_empty() -> None:
    assert {"demo", "drift.check", "backup.run", "license.audit", "duty.board", "lab.up"} <= set(TASKS)


def test_the_reference_is_up_to_date() -> None:
    for path, text in pages(tasks.namespace).items():
        assert path.read_text("utf-8") == text, f"{path.relative_to(ROOT)} is out of date; mend: ./inv docs.reference"


def test_check_ids_are_those_of_the_code() -> None:
    """A check id in the code that the table does not name would be an undocumented check."""
    areas = {name.partition(".")[0] for name in CHECKS}
    pattern = re.compile(rf'"((?:{"|".join(sorted(areas))})\.[a-z_]+)"')
    used = set()
    for path in (ROOT / "muhtar").rglob("*.py"):
        relative = path.relative_to(ROOT).as_posix()
        if not relative.startswith(("muhtar/cli/", "muhtar/quality/")):
            used |= set(pattern.findall(path.read_text("utf-8")))
    workflows = set(TASKS)
    assert {name for name in used if name not in CHECKS} <= workflows


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked()
        if path.suffix == ".py" and "tests" not in path.parts and (count := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert not long, f"split these: {long}"


def test_no_path_of_a_developers_machine() -> None:
    pattern = re.compile(r"(?:^|[^\w./-])/(?:work|farm)/")
    hits = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        hits += [f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    assert not [hit for hit in hits if "test_shape" not in hit]
