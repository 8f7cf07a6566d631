"""gitlab-ci-local is what was locked, on a Node that runs it; a half installed one is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muhtar.doors.process import Completed
from muhtar.errors import DoorError
from muhtar.progress import NoProgress
from muhtar.quality.pipeline import tool

LOCK = json.loads((tool.LOCK / "package-lock.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setattr(tool.shutil, "which", lambda program: f"/usr/bin/{program}")
    return tmp_path


class Programs:
    """node and npm from a table; npm makes what it would install."""

    def __init__(self, node: str = "v18.20.4\n", npm: Exception | None = None) -> None:
        self.node, self.npm, self.calls = node, npm, 0

    def run(self, argv: list[str], cwd: Path | None = None, **_: object) -> Completed:
        if argv[0] == "node":
            return Completed(tuple(argv), 0, self.node, "", 0.0)
        self.calls += 1
        assert argv[:3] == ["npm", "ci", "--ignore-scripts"]
        if self.npm:
            raise self.npm
        assert cwd is not None
        (cwd / "node_modules").mkdir()
        return Completed(tuple(argv), 0, "", "", 0.0)


def test_every_package_is_locked_by_its_hash_and_none_by_an_address() -> None:
    packages = {name: about for name, about in LOCK["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, about in packages.items() if not about.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, about in packages.items() if "resolved" in about] == []
    wanted = json.loads((tool.LOCK / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert LOCK["packages"][""]["dependencies"] == wanted, "the lock is of this package.json"
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted, "exact versions"


def test_it_is_installed_once_and_again_for_another_lock(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs()
    monkeypatch.setattr(tool, "run", programs.run)
    for _ in range(2):
        argv = tool.gitlab_ci_local(NoProgress())
    assert argv[0] == "node"
    assert Path(argv[1]).is_relative_to(home / "tools" / "gitlab-ci-local")
    assert programs.calls == 1
    (home / "tools" / "gitlab-ci-local" / "package-lock.json").write_text("{}")
    tool.gitlab_ci_local(NoProgress())
    assert programs.calls == 2
    assert [folder.name for folder in (home / "tools").iterdir()] == ["gitlab-ci-local"], "nothing is left aside"


def test_what_npm_could_not_finish_is_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "run", Programs(npm=DoorError("integrity checksum failed")).run)
    with pytest.raises(DoorError, match="npm cannot install gitlab-ci-local: integrity checksum failed"):
        tool.gitlab_ci_local(NoProgress())
    assert not list((home / "tools").iterdir())


@pytest.mark.parametrize("said", ["v16.20.2\n", "", "node: not found\n"])
def test_an_old_node_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "run", Programs(node=said).run)
    with pytest.raises(DoorError, match="wants 18"):
        tool.gitlab_ci_local(NoProgress())


def test_programs_that_are_missing_are_installed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(tool.shutil, "which", lambda program: None if program == "rsync" else program)
    monkeypatch.setattr(tool, "install", lambda packages, _: asked.append(packages))
    monkeypatch.setattr(tool, "run", Programs().run)
    tool.gitlab_ci_local(NoProgress())
    assert asked == [["rsync"]]
