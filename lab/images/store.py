"""Images by name: found in podman's store by their hash, or built, once per machine however many checkouts ask."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lab.images.build import bootstrap, derive
from lab.images.recipe import Recipe, names, read
from lab.parallel import gather
from lab.podman import exists
from muhtar.doors import apt
from muhtar.progress import NoProgress, Progress
from muhtar.settings import locked

__all__ = ["PREFIX", "Store", "machine_folder"]

PREFIX = "localhost/muhtar/"
# mmdebstrap and apt keep a core busy each; the smallest machine that we promise has two.
AT_ONCE = 2
# Longer than any build here by far: another checkout may be building the same image.
PATIENCE = 1800.0


def machine_folder() -> Path:
    """A folder that every checkout of this machine shares: locks and scratch space of image builds."""
    if os.geteuid() == 0:
        return Path("/var/lib/muhtar")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muhtar"


class Store:
    """The images of this machine. `extra` are recipes made up at run time: a host's image with its packages preloaded."""

    def __init__(self, extra: Iterable[Recipe] = (), progress: Progress | None = None) -> None:
        self._extra = {recipe.name: recipe for recipe in extra}
        self._progress = progress or NoProgress()
        self._running: dict[str, Future[str]] = {}

    def recipe(self, name: str) -> Recipe:
        """The recipe of that name. Raises MuhtarError where there is none."""
        return self._extra.get(name) or read(name)

    def tag(self, name: str) -> str:
        """The full name that an image of today's recipe has, built or not."""
        recipe = self.recipe(name)
        parent = self.tag(recipe.parent) if recipe.parent else ""
        suites = [recipe.suite] if recipe.suite else [packages.suite for packages in recipe.foreign]
        sources = [line for suite in suites for line in apt.mirrors().sources(str(suite))]
        return f"{PREFIX}{name}:{recipe.hash(parent, [*sources, *apt.settings()])}"

    def today(self) -> set[str]:
        """The full names of all images that today's recipes make, built or not."""
        return {self.tag(name) for name in [*names(), *self._extra]}

    def missing(self, names: Iterable[str]) -> list[str]:
        """Names, and the names that they stand on, whose images are not there yet; parents first."""
        found: dict[str, None] = {}
        for name in names:
            chain = [name]
            while parent := self.recipe(chain[0]).parent:
                chain.insert(0, parent)
            if exists("image", self.tag(name)):
                continue
            found.update(dict.fromkeys(item for item in chain if not exists("image", self.tag(item))))
        return list(found)

    def need(self, names: Iterable[str]) -> dict[str, str]:
        """Build what is missing, two at a time, and return the tag of each name.

        Raises what a build raises, after the others that run have ended.
        """
        wanted = list(dict.fromkeys(names))
        if missing := self.missing(wanted):
            self._progress.phase("build images", len(missing))
            self._build_all(missing)
        return {name: self.tag(name) for name in wanted}

    def _build_all(self, missing: list[str]) -> None:
        """`missing` has parents first, so a child's wait for its parent never blocks the parent's own turn."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="image") as pool:
            for name in missing:
                self._running[name] = pool.submit(self._build, name)
            gather(list(self._running.values()))

    def _build(self, name: str) -> str:
        recipe, tag = self.recipe(name), self.tag(name)
        parent = self._running.get(recipe.parent or "")
        if parent:
            parent.result()

        def say(text: str) -> None:
            self._progress.activity(name, text)

        say("waiting")
        with locked(f"image-{name}", wait=PATIENCE, folder=machine_folder() / "locks"):
            if not exists("image", tag):
                with _scratch(name) as folder:
                    if recipe.suite:
                        bootstrap(recipe, tag, Path(folder), say)
                    else:
                        derive(recipe, self.tag(str(recipe.parent)), tag, Path(folder), say)
        self._progress.step(name, tag.rpartition(":")[2])
        return tag


def _scratch(name: str) -> tempfile.TemporaryDirectory[str]:
    """An empty folder for one build; what a killed build of this image left behind goes first (we hold its lock)."""
    top = machine_folder() / "build"
    top.mkdir(parents=True, exist_ok=True)
    for old in top.glob(f"{name}.*"):
        shutil.rmtree(old, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{name}.", dir=top, ignore_cleanup_errors=True)
