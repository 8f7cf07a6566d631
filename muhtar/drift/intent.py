"""A fingerprint of what is declared: where it is the same, a check would ask the servers the same questions."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from muhtar.inventory import Inventory
from muhtar.settings import Site, home

__all__ = ["digest_of", "fingerprint"]

# No role reads registers, and the clerks write them every day; tests/repo proves the former.
_NOT_FOR_ROLES = frozenset({"registers"})
_PROGRAMS = ("ansible-core", "ansible", "mitogen", "jinja2")


def fingerprint(site: Site, inventory: Inventory) -> str:
    """One digest over all that decides which tasks run on the site's servers, with which arguments.

    Roles, playbooks, plugins, the site's files and its overlay, what its lookups and dynamic sources give at this moment,
    Ansible's configuration, and the versions of the programs. One digest for all hosts: any host's task may read any other's
    variables. Raises InventoryError where a lookup fails.
    """
    return _digest(_parts(site, inventory))


def digest_of(paths: Iterable[Path]) -> str:
    """One digest over names and contents of files, and of all files in folders; an absent one counts as absent."""
    return _digest(part for path in paths for part in _tree(path))


def _digest(parts: Iterable[str | bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        # The length in front keeps two parts from looking like one.
        total.update(b"%d:" % len(data) + data)
    return total.hexdigest()


def _parts(site: Site, inventory: Inventory) -> Iterator[str | bytes]:
    yield sys.version
    for name in _PROGRAMS:
        yield f"{name} {_version(name)}"
    yield from (f"{key}={value}" for key, value in sorted(os.environ.items()) if key.startswith("ANSIBLE_"))
    yield repr(sorted(site.settings.items()))
    for name in ("ansible.cfg", "roles", "playbooks", "filter_plugins", "muhtar/doors/ansible_plugins"):
        yield from _tree(site.root / name)
    yield from _manifests(home() / "collections")
    for folder in (site.path, site.overlay):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in _NOT_FOR_ROLES:
                yield from _tree(path)
    yield from inventory.volatile()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _manifests(folder: Path) -> Iterator[str | bytes]:
    for path in sorted(folder.glob("ansible_collections/*/*/MANIFEST.json")):
        yield from _tree(path)


def _tree(path: Path) -> Iterator[str | bytes]:
    if path.is_dir():
        for entry in sorted(path.iterdir()):
            if entry.name != "__pycache__":
                yield from _tree(entry)
        return
    yield str(path)
    # Sockets and pipes are no files that a role could read.
    yield path.read_bytes() if path.is_file() else "absent"
