"""gitlab-ci-local, which carries out .gitlab-ci.yml: locked by requirements/pipeline, kept in the state folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from lab.requirements import install
from muhtar.doors.process import run
from muhtar.errors import DoorError
from muhtar.progress import Progress
from muhtar.settings import ROOT, home, locked

__all__ = ["gitlab_ci_local"]

# Program → Debian package. gitlab-ci-local carries artefacts about with rsync.
PROGRAMS = {"node": "nodejs", "npm": "npm", "rsync": "rsync"}
# Debian 12's; the locked gitlab-ci-local runs on it and on newer ones.
NODE_WANTED = 18
LOCK = ROOT / "requirements" / "pipeline"
_FILES = ("package.json", "package-lock.json")


def gitlab_ci_local(progress: Progress) -> list[str]:
    """The beginning of its argv; what it needs is installed first.

    Raises DoorError where programs are missing that we may not install, or npm cannot fetch the locked packages.
    """
    if missing := [package for program, package in PROGRAMS.items() if not shutil.which(program)]:
        progress.phase(f"install {', '.join(missing)} on this machine")
        install(missing, lambda line: progress.activity("apt", line))
    _refuse_old_node()
    folder = home() / "tools" / "gitlab-ci-local"
    with locked("tools-gitlab-ci-local", wait=600):
        if not _is_current(folder):
            progress.phase("install gitlab-ci-local")
            _install(folder)
    return ["node", str(folder / "node_modules" / "gitlab-ci-local" / "src" / "index.js")]


def _refuse_old_node() -> None:
    said = run(["node", "--version"], timeout=30).stdout.strip()
    if not said.startswith("v") or int(said[1:].partition(".")[0]) < NODE_WANTED:
        raise DoorError(f"node is {said or 'mute'}, gitlab-ci-local wants {NODE_WANTED}", mend="install a newer nodejs")


def _is_current(folder: Path) -> bool:
    """Is what stands there what the lock file says? The lock is put beside the packages last."""
    kept = folder / _FILES[1]
    return kept.is_file() and kept.read_bytes() == (LOCK / _FILES[1]).read_bytes()


def _install(folder: Path) -> None:
    """Fetch the locked packages, each checked against its hash, into a folder aside; rename it when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gitlab-ci-local.", dir=folder.parent) as name:
        scratch = Path(name) / "new"
        scratch.mkdir()
        for file in _FILES:
            shutil.copy(LOCK / file, scratch)
        # No package's own scripts: what runs here is what was locked, and gitlab-ci-local needs none.
        argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        try:
            run(argv, cwd=scratch, env={"npm_config_cache": str(Path(name) / "cache")}, timeout=600)
        except DoorError as error:
            raise DoorError(f"npm cannot install gitlab-ci-local: {error.message}", mend="see npm's registry setting") from error
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(scratch, folder)  # noqa: PTH105 - a folder, moved as a whole
