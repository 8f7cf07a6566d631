"""The town as `lab/topology.yml` describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lab.images.recipe import Packages, Recipe
from muhtar.errors import MuhtarError

__all__ = ["FILE", "Host", "Topology", "load"]

FILE = Path(__file__).parent / "topology.yml"

Answer = Literal["ssh", "eapi", "ios", "rtsp", "apt-cache"]


class _Kind(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    image: str
    answers: Answer
    simulator: str | None = None
    capabilities: tuple[str, ...] = ()
    sysctls: dict[str, str] = Field(default_factory=dict)
    volumes: dict[str, str] = Field(default_factory=dict)
    unit: str | None = None
    preload: tuple[str | Packages, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    octet: int = Field(ge=2, le=254)
    image: str | None = None
    inventory: bool = True
    preload: tuple[str | Packages, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)


class Host(BaseModel):
    """One host of the town, its kind's properties included.

    `preload` are packages that its image already carries; `volumes` maps a name to a path in the container; `settings` are
    those of its simulator; a host that is not in the inventory (`inventory`) serves the lab alone. `unit` is the systemd unit
    that it boots into, where that is not all that its image starts; its image may be that of another host, `host-<name>`.
    `image_of` is the first host with the same image, packages and all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]*$")
    kind: str
    octet: int
    image: str
    answers: Answer
    simulator: str | None
    capabilities: tuple[str, ...]
    sysctls: dict[str, str]
    volumes: dict[str, str]
    unit: str | None
    preload: tuple[str | Packages, ...]
    settings: dict[str, Any]
    inventory: bool
    image_of: str

    @property
    def has_host_key(self) -> bool:
        """Whether it proves itself with an SSH host key."""
        return self.answers in ("ssh", "ios")

    @property
    def recipe(self) -> Recipe | None:
        """The recipe of its own image, where packages are preloaded: image plus packages, with fresh package lists kept."""
        if not self.preload:
            return None
        return Recipe.model_validate({"name": self.boots_from, "from": self.image, "packages": self.preload, "keep_lists": True})

    @property
    def boots_from(self) -> str:
        """Name of the image that it starts from."""
        return f"host-{self.image_of}" if self.preload else self.image


class Topology(BaseModel):
    """All hosts by name, and the cables between them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain: str
    kinds: dict[str, _Kind]
    entries: dict[str, _Entry] = Field(alias="hosts")
    links: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Topology:
        for name, entry in self.entries.items():
            if entry.kind not in self.kinds:
                msg = f"{name} is of the unknown kind {entry.kind!r}"
                raise ValueError(msg)
        octets = [entry.octet for entry in self.entries.values()]
        if double := {octet for octet in octets if octets.count(octet) > 1}:
            msg = f"two hosts have the octet {min(double)}"
            raise ValueError(msg)
        for end in (end for link in self.links for end in link):
            if end not in self.entries:
                msg = f"a link leads to the unknown host {end!r}"
                raise ValueError(msg)
        if any(one == other for one, other in self.links):
            msg = "a link must join two different hosts"
            raise ValueError(msg)
        return self

    @property
    def hosts(self) -> dict[str, Host]:
        """Every host, by name, in the file's order."""
        return {name: self._host(name, entry) for name, entry in self.entries.items()}

    def host(self, name: str) -> Host:
        """The host of that name. Raises MuhtarError where there is none."""
        if name not in self.entries:
            raise MuhtarError(f"the lab has no host {name!r}", path=FILE, mend=f"choose one of {', '.join(self.entries)}")
        return self._host(name, self.entries[name])

    def of_kind(self, kind: str) -> list[Host]:
        """Hosts of one kind."""
        return [host for host in self.hosts.values() if host.kind == kind]

    @property
    def recipes(self) -> list[Recipe]:
        """Recipes of the hosts' own images."""
        return [recipe for host in self.hosts.values() if (recipe := host.recipe)]

    def _host(self, name: str, entry: _Entry) -> Host:
        kind = self.kinds[entry.kind]
        common = kind.model_dump() | {
            "preload": (*kind.preload, *entry.preload),
            "image": entry.image or kind.image,
            "settings": {**kind.settings, **entry.settings},
        }
        alike = (entry.kind, entry.image, entry.preload)
        first = next(other for other, one in self.entries.items() if (one.kind, one.image, one.preload) == alike)
        return Host(name=name, kind=entry.kind, octet=entry.octet, inventory=entry.inventory, image_of=first, **common)


def load(path: Path = FILE) -> Topology:
    """The topology. Raises MuhtarError naming the file, the key and the mend."""
    try:
        return Topology.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise MuhtarError(
            first["msg"].removeprefix("Value error, "), path=path, key=key or None, mend="mend the entry"
        ) from error
    except (OSError, yaml.YAMLError) as error:
        raise MuhtarError(f"not readable: {error}", path=path, mend="mend the file") from error
