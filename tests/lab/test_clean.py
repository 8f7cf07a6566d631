"""`./inv lab.clean` in an image store of its own: what nobody uses goes, what somebody uses stays, and it says what it did."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.identity import Identity
from lab.images.store import PREFIX, Store
from lab.podman import environment, podman
from lab.topology import load
from lab.town import Town
from muhtar.cli import lab as cli

pytestmark = pytest.mark.lab

KB = 1000


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town that was never up, on a machine without images: an own state folder, and an own store of podman's."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    conf = tmp_path / "storage.conf"
    conf.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/graph"\nrunroot = "{tmp_path}/run"\n', encoding="utf-8")
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(conf))
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    assert tags() == set(), "this must not be the machine's own store"
    yield Town(identity=Identity(tmp_path))
    podman("rm", "--all", "--force")
    podman("rmi", "--all", "--force")


def tags() -> set[str]:
    return set(podman("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split())


def make(tag: str, kilobytes: int) -> str:
    """An image of one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo("file")
        entry.size = kilobytes * KB
        tar.addfile(entry, io.BytesIO(os.urandom(entry.size)))
    podman("import", "-q", "-", tag, stdin=buffer.getvalue())
    return tag


def make_from(parent: str, tag: str, kilobytes: int, folder: Path) -> str:
    """An image that stands on another, with one file more."""
    folder.mkdir()
    (folder / "more").write_bytes(os.urandom(kilobytes * KB))
    (folder / "Containerfile").write_text(f"FROM {parent}\nCOPY more /more\n", encoding="utf-8")
    podman("build", "-q", "--layers=false", "--tag", tag, folder)
    return tag


def test_what_nobody_uses_goes_and_what_is_freed_is_counted_once(town: Town, tmp_path: Path) -> None:
    base = make(f"{PREFIX}bookworm:000000000000", 2000)
    child = make_from(base, f"{PREFIX}host-web1:000000000000", 1000, tmp_path / "build")
    other = make("localhost/somebody/elses:1", 10)
    removal = town.clean()
    assert removal.gone == (child, base)
    assert removal.used == ()
    assert 3000 * KB <= removal.freed < 3200 * KB
    assert tags() == {other}


def test_what_a_container_uses_stays_with_what_it_stands_on(town: Town, tmp_path: Path) -> None:
    base = make(f"{PREFIX}bookworm:000000000000", 20)
    used = make_from(base, f"{PREFIX}host-web1:000000000000", 10, tmp_path / "build")
    free = make_from(base, f"{PREFIX}host-db1:000000000000", 10, tmp_path / "build2")
    # Not even started: it may be another checkout's, which lab.up will start again.
    podman("create", "--network", "none", used, "true")
    removal = town.clean()
    assert removal.gone == (free,)
    assert removal.used == tuple(sorted((base, used)))
    assert tags() == {base, used}


def test_old_ones_go_and_todays_stay(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(load().recipes)
    today = {make(store.tag(name), 10) for name in ("bookworm", "host-web1")}
    old = {make(f"{PREFIX}{name}:000000000000", 400) for name in ("bookworm", "host-web1", "of-no-recipe-any-more")}
    monkeypatch.setattr("lab.town.Identity", lambda: town.identity)
    assert run_clean("--old") == 0
    assert tags() == today
    said = capsys.readouterr()
    assert "3 images removed, 1 MB freed" in said.out
    assert all(tag in said.out + said.err for tag in old)


def run_clean(*words: str) -> int:
    from invoke.collection import Collection
    from invoke.program import Program

    with pytest.raises(SystemExit) as stopped:
        Program(name="inv", namespace=Collection(lab=cli.namespace)).run(["inv", "lab.clean", *words])
    return int(stopped.value.code or 0)
