"""The scratch checkout that jobs run in: what git knows of this one, in the state folder, cleaned as a runner cleans its own."""

from __future__ import annotations

import getpass
import shlex
import shutil
from pathlib import Path

from muhtar.doors.process import run
from muhtar.errors import DoorError

__all__ = ["BRANCH", "STATE", "bring_artifacts", "clean", "prepare"]

# gitlab-ci-local takes `main` for the default branch; a schedule runs on that one.
BRANCH = "main"
# gitlab-ci-local's own folder within the checkout, where no linter looks: scripts, output, artefacts.
STATE = ".muhtar/gitlab-ci-local"
_IDENTITY = ("-c", "user.name=Muhtar", "-c", "user.email=muhtar@localhost")
# gitlab-ci-local makes addresses out of it; nothing is ever fetched from there.
_ORIGIN = "https://gitlab.example/town/muhtar.git"


def prepare(folder: Path, root: Path) -> list[str]:
    """Bring `folder` to the files that git tracks in `root`, with their uncommitted changes.

    Returns remarks on what is not in it. Raises DoorError where `root` is no git checkout.
    """
    if not (root / ".git").exists():
        raise DoorError("the pipeline runs what git knows, and this is no git checkout", path=root, mend="git clone it")
    # A commit of the working tree that no branch knows; nothing where all is committed.
    commit = _git(root, *_IDENTITY, "stash", "create") or _git(root, "rev-parse", "HEAD")
    if not (folder / ".git").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, "init", "--quiet", f"--initial-branch={BRANCH}")
        _git(folder, "remote", "add", "origin", _ORIGIN)
    _git(root, "push", "--quiet", "--force", "--no-verify", str(folder), f"{commit}:refs/muhtar/pipeline")
    _git(folder, "checkout", "--quiet", "--force", "-B", BRANCH, "refs/muhtar/pipeline")
    _git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{BRANCH}")
    # Whom the jobs take for their user: the history of configurations names its authors.
    for key, otherwise in (("name", getpass.getuser()), ("email", f"{getpass.getuser()}@localhost")):
        said = run(["git", "-C", root, "config", f"user.{key}"], check=False).stdout.strip()
        _git(folder, "config", f"user.{key}", said or otherwise)
    shutil.rmtree(folder / STATE / "artifacts", ignore_errors=True)
    untracked = _git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    return [f"not in the pipeline, for git does not know them: {', '.join(untracked)}"] if untracked else []


def clean(folder: Path, flags: str) -> None:
    """Take away what earlier jobs left, as a runner does before each job; `flags` are GIT_CLEAN_FLAGS."""
    _git(folder, "checkout", "--quiet", "--force", BRANCH)
    _git(folder, "clean", "--quiet", *shlex.split(flags), "-e", f"/{STATE}/")


def bring_artifacts(folder: Path) -> None:
    """Give a job of a later stage what earlier jobs left as artefacts."""
    for kept in sorted((folder / STATE / "artifacts").glob("*/")):
        shutil.copytree(kept, folder, dirs_exist_ok=True)


def _git(folder: Path, *words: str) -> str:
    return run(["git", "-C", folder, *words], timeout=120).stdout.strip()
