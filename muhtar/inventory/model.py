"""What the rest of Muhtar sees of the inventory. Nothing here imports Ansible; `Inventory.load` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muhtar.errors import InventoryError, NothingSelectedError
from muhtar.inventory.shard import Shard
from muhtar.settings import ROOT, Site

if TYPE_CHECKING:
    from muhtar.inventory.loader import AnsibleSource

__all__ = ["Inventory", "LazyVars", "Origin", "Target"]


@dataclass(frozen=True)
class Origin:
    """Where a value was set: the file, its line where known, and whether that value or file is vaulted."""

    path: str
    line: int | None = None
    vaulted: bool = False

    @property
    def relative(self) -> str:
        """The path as a reader of the repository names it; absolute for a file outside of it."""
        path = Path(self.path)
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else self.path

    def __str__(self) -> str:
        return self.relative if self.line is None else f"{self.relative}:{self.line}"


class LazyVars(Mapping[str, Any]):
    """A host's variables as plain Python values, each templated when it is first read.

    Reading raises KeyError for a variable that is not set and InventoryError for one that cannot be templated.
    """

    def __init__(self, names: tuple[str, ...], read: Callable[[str], Any]) -> None:
        self._names = dict.fromkeys(names)
        self._read = read
        self._done: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._done:
            if key not in self._names:
                raise KeyError(key)
            self._done[key] = self._read(key)
        return self._done[key]

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"LazyVars({len(self)} variables)"


@dataclass(frozen=True)
class Target:
    """One host of the inventory. `groups` are all it is in, ancestors too, the weakest first ("all" left out).

    `origin(key)` is which file (and line) set a variable of it; None where that is not known.
    """

    name: str
    groups: tuple[str, ...]
    vars: Mapping[str, Any] = field(repr=False, compare=False)
    origin: Callable[[str], Origin | None] = field(default=lambda _key: None, repr=False, compare=False)

    @property
    def address(self) -> str:
        """`ansible_host`, or the name."""
        return str(self.vars.get("ansible_host") or self.name)

    @property
    def port(self) -> int | None:
        """`ansible_port` as a number."""
        port = self.vars.get("ansible_port")
        if port in (None, ""):
            return None
        try:
            return int(port)
        except (TypeError, ValueError):
            raise InventoryError(f"ansible_port of {self.name} is {port!r}, not a number", key="ansible_port") from None

    @property
    def user(self) -> str | None:
        """`ansible_user`."""
        user = self.vars.get("ansible_user")
        return None if user in (None, "") else str(user)

    @property
    def platform(self) -> str | None:
        """`muhtar_platform`: which driver speaks with this device (frr, eos, ...); None for a server."""
        platform = self.vars.get("muhtar_platform")
        return None if platform in (None, "") else str(platform)

    @property
    def unit(self) -> str | None:
        """`muhtar_unit`: the owner unit."""
        unit = self.vars.get("muhtar_unit")
        return None if unit in (None, "") else str(unit)

    def in_group(self, name: str) -> bool:
        """Is the host in that group, directly or through a child of it?"""
        return name == "all" or name in self.groups


class Inventory:
    """A site's hosts, groups and variables."""

    def __init__(self, site: Site, source: AnsibleSource) -> None:
        self.site = site
        self._source = source
        self._targets: dict[str, Target] = {}

    @classmethod
    def load(cls, site: Site) -> Inventory:
        """Read the site's sources. Raises InventoryError naming the file that cannot be read."""
        from muhtar.inventory.loader import AnsibleSource

        return cls(site, AnsibleSource(site.sources, site.vault_password_file, basedir=site.root / "playbooks"))

    @property
    def hosts(self) -> list[str]:
        """Every host, in the order of the inventory."""
        return self._source.hosts

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Every group and the hosts in it, those of its children too."""
        return self._source.groups

    @property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Every group and its direct child groups."""
        return self._source.children

    def target(self, name: str) -> Target:
        """The host of that name. Raises InventoryError where there is none."""
        if name not in self._targets:
            if name not in self._source:
                raise InventoryError(
                    f"there is no host {name!r}", path=self.site.hosts_file, mend="./inv inventory.graph lists the hosts"
                )
            self._targets[name] = Target(
                name,
                self._source.groups_of(name),
                LazyVars(self._source.names(name), lambda key: self._source.read(name, key)),
                lambda key: self.origin(name, key),
            )
        return self._targets[name]

    def select(self, limit: str | None = None, shard: str | None = None, *, group: str | None = None) -> list[Target]:
        """Hosts of `group` (all hosts without one) that match `limit`, an Ansible pattern; of those, the `shard` i/n.

        Raises NothingSelectedError where nothing is left, and InventoryError where a part of the pattern names nothing at
        all: a misspelt host must not silently go unchecked.
        """
        if group and group not in self.groups:
            raise NothingSelectedError(
                f"there is no group {group!r}", path=self.site.hosts_file, mend="name its hosts, if the town has such"
            )
        names = self._source.match(group or "all", limit)
        if not names:
            raise NothingSelectedError(
                f"{_asked(limit, group)} selects no host",
                path=self.site.hosts_file,
                mend="./inv inventory.graph shows hosts and groups",
            )
        if shard:
            part = Shard.parse(shard)
            mine = part.pick(names)
            if not mine:
                raise NothingSelectedError(
                    f"shard {part} of {len(names)} selected hosts is empty",
                    path=self.site.hosts_file,
                    mend=f"use at most {len(names)} shards (parallel: {len(names)})",
                )
            names = [name for name in names if name in mine]
        return [self.target(name) for name in names]

    def origin(self, host: str, key: str) -> Origin | None:
        """Which file (and line) set the value that `host` has for `key`; None for what Ansible itself computes."""
        return self._source.origin(host, key)

    def of_role(self, host: str, role: Path, key: str) -> Any:
        """The value that `key` has for the tasks of the role in that folder: its defaults below what the inventory says, its
        `vars` above. None where it has none. Raises InventoryError for one that cannot be templated."""
        return self._source.read_in_role(host, role, key)

    def volatile(self) -> Iterator[str]:
        """What may change although no file of the site does: dynamic sources, lookups. It has secrets in it: digest it."""
        return self._source.volatile()

    def remember_secrets(self) -> None:
        """Read every vaulted value of the site, so that `muhtar.secrets.redact` knows them all.

        Done before a program runs that reads the vault by itself and might print from it.
        """
        for name in self.hosts:
            self._source.names(name)


def _asked(limit: str | None, group: str | None) -> str:
    parts = [f"--limit {limit!r}" if limit else "", f"group {group!r}" if group else ""]
    return " within ".join(part for part in parts if part) or "the inventory"
