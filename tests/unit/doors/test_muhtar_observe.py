"""The module that looks at hosts, as Ansible runs it: here, on files of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muhtar.doors.ansible_plugins.modules import muhtar_observe as module

MODULE = Path(module.__file__)


def digest(*paths: Path) -> list[Any]:
    return [fact for path in paths for fact in module.tree(path)]


def run(**options: Any) -> dict[str, Any]:
    given = json.dumps({"ANSIBLE_MODULE_ARGS": options})
    done = subprocess.run([sys.executable, MODULE], input=given, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    assert not found.get("failed"), found
    return found


def test_it_changes_nothing_and_gives_its_options_back(tmp_path: Path) -> None:
    found = run(paths=[str(tmp_path)], commands=[["echo", "hello"]])
    (one,) = found["observed"]
    assert not found["changed"]
    assert one["paths"] == [str(tmp_path)]
    assert one["failed"] == []
    assert run(paths=[str(tmp_path)], commands=[["echo", "hello"]])["observed"] == [one]
    assert run(paths=[str(tmp_path)], commands=[["echo", "other"]])["observed"][0]["digest"] != one["digest"]


def test_several_at_once_give_what_each_gives_alone(tmp_path: Path) -> None:
    alone = [run(paths=[str(tmp_path)])["observed"][0], run(commands=[["true"]])["observed"][0]]
    together = run(observations=[{"paths": [str(tmp_path)]}, {"commands": [["true"]]}])["observed"]
    assert [one["digest"] for one in together] == [one["digest"] for one in alone]


@pytest.mark.parametrize("command", [["false"], ["/no/such/program"], ["sh", "-c", "echo no >&2; exit 3"]])
def test_a_command_that_fails_or_is_missing_is_told(command: list[str]) -> None:
    (one,) = run(commands=[command])["observed"]
    assert len(one["failed"]) == 1
    assert command[0] in one["failed"][0]


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda folder: (folder / "file").write_text("other", encoding="utf-8"),
    "mode": lambda folder: (folder / "file").chmod(0o600),
    "gone": lambda folder: (folder / "file").unlink(),
    "more": lambda folder: (folder / "another").touch(),
    "renamed": lambda folder: (folder / "file").rename(folder / "fill"),
    "link": lambda folder: ((folder / "link").unlink(), (folder / "link").symlink_to("nowhere")),
    "behind the link": lambda folder: (folder.parent / "target").write_text("other", encoding="utf-8"),
    "a folder's mode": lambda folder: (folder / "sub").chmod(0o700),
    "a folder for a file": lambda folder: ((folder / "file").unlink(), (folder / "file").mkdir()),
    "deep": lambda folder: (folder / "sub" / "deep").write_text("other", encoding="utf-8"),
    "all gone": lambda folder: folder.rename(folder.with_name("away")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_shows(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "target").write_text("target", encoding="utf-8")
    (folder / "file").write_text("content", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path / "target")
    (folder / "sub" / "deep").write_text("deep", encoding="utf-8")
    before = digest(folder)
    assert digest(folder) == before
    CHANGES[name](folder)
    assert digest(folder) != before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_owner_shows(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    before = digest(file)
    os.chown(file, 1, 1)
    assert digest(file) != before


def test_the_time_of_a_file_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("same", encoding="utf-8")
    before = digest(file)
    os.utime(file, (1, 1))
    assert digest(file) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(one=st.dictionaries(st.text("ab", min_size=1, max_size=2), st.binary(max_size=3), max_size=3), other=st.data())
def test_two_folders_look_the_same_only_if_they_are(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], other: st.DataObject
) -> None:
    another = other.draw(st.just(one) | st.dictionaries(st.text("ab", min_size=1, max_size=2), st.binary(max_size=3), max_size=3))
    looks = []
    for files in (one, another):
        folder = tmp_path_factory.mktemp("town")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        looks.append([str(fact).replace(str(folder), "") for fact in module.tree(folder)])
    assert (looks[0] == looks[1]) == (one == another)
