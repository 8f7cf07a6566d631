"""Images that go: those that nobody uses and, if asked, only those whose recipe reads otherwise today."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from lab.images.store import PREFIX
from lab.podman import podman
from muhtar.errors import DoorError

__all__ = ["Removal", "remove"]

# What `podman rmi` ends with (podman-rmi(1)).
_DONE, _UNKNOWN, _IN_USE = 0, 1, 2


@dataclass(frozen=True)
class Removal:
    """Full names of images that went and that stayed because something uses them; `freed` in bytes, as podman counts them."""

    gone: tuple[str, ...]
    used: tuple[str, ...]
    freed: int


def remove(keep: Collection[str] = (), say: Callable[[str], None] = lambda _: None) -> Removal:
    """Remove our images from this machine but those named in `keep`.

    One that a container was made from stays, and so does whatever it stands on: without its name, the next start would build it
    again. Raises DoorError for a failure that is neither of these.
    """
    images = {item["Id"]: item for item in json.loads(podman("images", "--all", "--format", "json").stdout or "[]")}
    wanted = {key for key, item in images.items() if (names := _ours(item)) and not names & set(keep)}
    gone: list[str] = []
    used: list[str] = []
    freed = 0
    left = dict(images)
    while leaves := [key for key in wanted & left.keys() if not any(item["ParentId"] == key for item in left.values())]:
        for key in leaves:
            wanted.discard(key)
            removed = [name for name in sorted(_ours(images[key])) if _untag(name)]
            if len(removed) < len(images[key]["Names"]):
                used += sorted(_ours(images[key]) - set(removed))
                continue
            del left[key]
            gone += removed
            freed += images[key]["Size"] - images.get(images[key]["ParentId"], {"Size": 0})["Size"]
            say(", ".join(removed))
    used += [name for key in wanted for name in sorted(_ours(images[key]))]
    return Removal(tuple(gone), tuple(sorted(used)), freed)


def _ours(image: dict[str, Any]) -> set[str]:
    return {name for name in image.get("Names") or () if name.startswith(PREFIX)}


def _untag(name: str) -> bool:
    """Take the name away, and with the last one the image; False where something uses it."""
    done = podman("rmi", name, ok=(_DONE, _UNKNOWN, _IN_USE), timeout=300)
    if done.returncode == _UNKNOWN and "not known" not in done.stderr:
        raise DoorError(f"podman does not remove {name}: {done.stderr.strip()}", mend="./inv doctor")
    return done.returncode != _IN_USE
