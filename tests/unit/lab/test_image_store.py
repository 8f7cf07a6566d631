"""Images: built once, parents first, two at a time, under a lock that all checkouts of the machine share."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from lab.images import store
from lab.images.recipe import Recipe
from lab.images.store import Store
from muhtar.doors.apt import Mirrors
from muhtar.errors import DoorError


class Podman:
    """Stands for podman and the two ways of building: remembers what was built, when, and how many at once."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.built: list[str] = []
        self.at_once = 0
        self.most = 0
        self.fails: set[str] = set()
        self._lock = threading.Lock()

    def build(self, recipe: Recipe, tag: str) -> None:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        time.sleep(0.05)
        with self._lock:
            self.at_once -= 1
            if recipe.name in self.fails:
                raise DoorError(f"{recipe.name} broke")
            self.built.append(recipe.name)
            self.there.add(tag)


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Podman:
    fake = Podman()
    monkeypatch.setattr(store, "machine_folder", lambda: tmp_path)
    monkeypatch.setattr(store, "exists", lambda kind, tag: tag in fake.there)
    monkeypatch.setattr(store, "bootstrap", lambda recipe, tag, folder, say: fake.build(recipe, tag))
    monkeypatch.setattr(store, "derive", lambda recipe, parent, tag, folder, say: fake.build(recipe, tag))
    monkeypatch.setattr(store.apt, "mirrors", lambda: Mirrors("bookworm", "http://mirror.test/debian", None, updates=True))
    monkeypatch.setattr(store.apt, "settings", list)
    return fake


def child(name: str, *packages: str) -> Recipe:
    return Recipe.model_validate({"name": name, "from": "bookworm", "packages": packages or (name,)})


def test_the_parent_comes_first_and_nothing_twice(podman: Podman) -> None:
    images = Store([child("host-a"), child("host-b"), child("host-c")])
    tags = images.need(["host-a", "host-b", "host-c", "bookworm"])
    assert podman.built[0] == "bookworm"
    assert sorted(podman.built) == ["bookworm", "host-a", "host-b", "host-c"]
    assert podman.most == 2
    assert tags["host-a"].startswith("localhost/muhtar/host-a:")
    images.need(["host-a", "host-b", "host-c"])
    assert len(podman.built) == 4


def test_another_package_is_another_image_but_the_same_parent(podman: Podman) -> None:
    first = Store([child("host-a", "nginx")]).need(["host-a"])
    second = Store([child("host-a", "nginx", "chrony")]).need(["host-a"])
    assert first != second
    assert podman.built == ["bookworm", "host-a", "host-a"]


def test_two_checkouts_at_once_build_each_image_once(podman: Podman) -> None:
    threads = [threading.Thread(target=Store([child("host-a")]).need, args=(["host-a"],)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert podman.built == ["bookworm", "host-a"]


def test_a_failure_is_told_and_the_other_images_are_there(podman: Podman) -> None:
    podman.fails.add("host-a")
    images = Store([child("host-a"), child("host-b")])
    with pytest.raises(DoorError, match="host-a broke"):
        images.need(["host-a", "host-b"])
    assert podman.built == ["bookworm", "host-b"]
    podman.fails.clear()
    images.need(["host-a", "host-b"])
    assert podman.built == ["bookworm", "host-b", "host-a"]


def test_what_a_killed_build_left_is_swept_by_the_next(podman: Podman, tmp_path: Path) -> None:
    left = tmp_path / "build" / "bookworm.abcdef"
    left.mkdir(parents=True)
    (left / "root.tar").write_bytes(b"half")
    other = tmp_path / "build" / "trixie.abcdef"
    other.mkdir()
    Store().need(["bookworm"])
    assert not left.exists()
    assert other.exists()
