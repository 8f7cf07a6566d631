"""Git repositories as bundles, with a real git."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.backup.sources.base import Machine, MissingSourceError, Output
from muhtar.backup.sources.git import Compared, Git
from muhtar.doors.process import run
from muhtar.doors.restic import Here, Repository, Restic
from muhtar.errors import DoorError, MuhtarError
from muhtar.secrets import Secret

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="git is run as the repository's owner, which root alone can"),
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git"),
]
HERE = Machine("here", Here())
FUTURE, PAST = datetime(2100, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)


def git(*words: str | Path) -> str:
    return run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *map(str, words)]).stdout


def commit(folder: Path, text: str = "x") -> None:
    (folder / "file").write_text(text)
    git("-C", folder, "add", "file")
    git("-C", folder, "commit", "--quiet", "--message", text)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A working tree with two branches and a tag, and a bare copy of it, in one folder."""
    work = tmp_path / "srv" / "work"
    git("init", "--quiet", "--initial-branch=main", work)
    commit(work)
    git("-C", work, "tag", "--annotate", "v1", "--message", "one")
    git("-C", work, "branch", "other")
    commit(work, "y")
    git("clone", "--quiet", "--mirror", work, tmp_path / "srv" / "gis.git")
    return tmp_path / "srv"


def source(*paths: Path) -> Git:
    return Git(name="code", kind="git", paths=tuple(map(str, paths)))


def taken(tree: Path, back: Path) -> list[str]:
    """What restic would do: run each command and keep what it prints."""
    back.mkdir(exist_ok=True)
    names = []
    for piece in source(tree).pieces(HERE):
        assert isinstance(piece, Output)
        run(list(piece.command), stdout_to=back / piece.name)
        names.append(piece.name)
    return names


def test_every_repository_is_a_bundle_that_git_clones_from(tree: Path, tmp_path: Path) -> None:
    names = taken(tree, tmp_path / "back")
    assert sorted(name.removeprefix(f"{tree}".strip("/").replace("/", "__")) for name in names) == [
        "__gis.git.bundle",
        "__work__.git.bundle",
    ]
    for name in names:
        git("clone", "--quiet", tmp_path / "back" / name, tmp_path / "clone" / name)
        assert git("-C", tmp_path / "clone" / name, "rev-list", "--count", "origin/main").strip() == "2"
        assert git("-C", tmp_path / "clone" / name, "tag").strip() == "v1"


def test_a_repository_is_compared_by_its_refs_and_its_packs_checksum(tree: Path, tmp_path: Path) -> None:
    back = tmp_path / "back"
    names = taken(tree, back)
    found = source(tree).compare(HERE, back, FUTURE)
    assert found == Compared(6, 0, ())
    spoilt = bytearray((back / names[0]).read_bytes())
    spoilt[-30] ^= 1
    (back / names[0]).write_bytes(spoilt)
    (back / names[1]).write_bytes(b"no bundle")
    assert sorted(line.partition(": ")[2] for line in source(tree).compare(HERE, back, FUTURE).wrong) == [
        "is no bundle",
        "its pack is not as it was written",
    ]
    (back / names[0]).unlink()
    assert "is not in the backup" in source(tree).compare(HERE, back, FUTURE).wrong[0]


def test_what_moved_since_proves_nothing_and_what_was_there_must_be(tree: Path, tmp_path: Path) -> None:
    taken(tree, tmp_path / "back")
    commit(tree / "work", "z")
    git("-C", tree / "work", "branch", "new-name-for-old", "other")
    found = source(tree / "work").compare(HERE, tmp_path / "back", PAST)
    assert found == Compared(2, 2, ())
    (wrong,) = source(tree / "work").compare(HERE, tmp_path / "back", FUTURE).wrong
    assert "refs/heads/main is" in wrong


def test_a_bundle_that_needs_another_is_not_whole(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    name = f"{tree}/gis.git".strip("/").replace("/", "__") + ".bundle"
    git(f"--git-dir={tree}/gis.git", "bundle", "create", "--quiet", tmp_path / "back" / name, "other..main")
    (wrong,) = source(tree / "gis.git").compare(HERE, tmp_path / "back", FUTURE).wrong
    assert "needs commits that are not in it" in wrong


def test_an_empty_repository_is_passed_over_and_only_empty_ones_are_a_finding(tree: Path, tmp_path: Path) -> None:
    git("init", "--quiet", "--bare", tree / "empty.git")
    assert len(source(tree).pieces(HERE)) == 2
    with pytest.raises(MissingSourceError, match="has a commit"):
        source(tree / "empty.git").pieces(HERE)


def test_what_is_not_there_or_holds_no_repository_is_a_finding(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError, match="gone"):
        source(tree, tree / "gone").pieces(HERE)
    (tmp_path / "plain").mkdir()
    with pytest.raises(MissingSourceError, match="plain"):
        source(tree, tmp_path / "plain").pieces(HERE)


def test_two_repositories_of_one_file_name_are_refused(tree: Path) -> None:
    shutil.copytree(tree / "gis.git", tree / "a" / "b.git")
    shutil.copytree(tree / "gis.git", tree / "a__b.git")
    with pytest.raises(DoorError, match="a__b"):
        source(tree).pieces(HERE)


def test_a_broken_repository_is_an_error_and_no_empty_one(tree: Path) -> None:
    (tree / "gis.git" / "HEAD").write_text("nonsense")
    with pytest.raises(DoorError):
        source(tree).pieces(HERE)


def test_git_runs_as_the_owner(tree: Path) -> None:
    """Never as root: configuration within a repository can name programs."""
    # A folder that others can reach, which a test's own is not.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as room:
        Path(room).chmod(0o755)
        theirs = Path(room) / "theirs.git"
        shutil.copytree(tree / "gis.git", theirs)
        run(["chown", "-R", "nobody", theirs])
        theirs.chmod(0o700)
        (piece,) = source(theirs).pieces(HERE)
        assert isinstance(piece, Output)
        assert piece.command[:4] == ("runuser", "-u", "nobody", "--")
        assert run(list(piece.command), stdout_to=Path(room) / piece.name).returncode == 0
        assert git("bundle", "list-heads", Path(room) / piece.name).count("refs/") == 3
        # What only root may read is out of its reach.
        shutil.chown(theirs / "packed-refs", "root")
        (theirs / "packed-refs").chmod(0o600)
        with pytest.raises(DoorError, match="Permission denied"):
            source(theirs).pieces(HERE)


def test_a_repository_streams_into_restic_and_one_that_fails_leaves_no_snapshot(tree: Path, tmp_path: Path, binary: str) -> None:
    restic = Restic(Here(), Repository(str(tmp_path / "repository"), Secret("a-password-of-a-test")), binary=binary)
    restic.init()
    pieces = source(tree).pieces(HERE)
    (tree / "work" / ".git" / "HEAD").unlink()
    failed = 0
    for piece in pieces:
        assert isinstance(piece, Output)
        try:
            done = restic.backup_output(piece.command, name=piece.name, host="git1", tags=["x"], seconds=60)
            restic.restore(done.summary.snapshot, str(tmp_path / "back"), seconds=60)
        except MuhtarError:
            failed += 1
    (shot,) = restic.snapshots()
    assert (failed, shot.paths[0].endswith("gis.git.bundle")) == (1, True)
    assert source(tree / "gis.git").compare(HERE, tmp_path / "back", FUTURE).wrong == ()
