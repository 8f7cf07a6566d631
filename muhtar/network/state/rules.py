"""Declared state: files `validate/<group or device>.yml` of a site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.outcome import Intent
from muhtar.registers.document import Place
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.settings import Site

__all__ = ["FOLDER", "Bgp", "Interface", "Lldp", "Ntp", "Route", "Rules", "Statement", "Version", "statements"]

FOLDER = "validate"
Word = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Entry):
    """The operating system's version must match one of these patterns (`*` and `?` as in file names)."""

    any_of: Annotated[tuple[Word, ...], Field(min_length=1, description="a list of patterns, such as 8.4*")]


class Interface(_Entry):
    """An interface: is it up (or, with `up: false`, is it not)?"""

    name: Word = Field(description="the interface's name as the device writes it")
    up: bool = Field(default=True, strict=True)


class Lldp(_Entry):
    """Who is at the other end of a port's cable, by LLDP."""

    port: Word = Field(description="our port")
    neighbor: Word = Field(description="the other device's name, without its domain")
    neighbor_port: Word | None = None


class Bgp(_Entry):
    """A BGP session that is up, with the AS it belongs to and how many prefixes it brings at least."""

    neighbor: Word = Field(description="the neighbour's address")
    asn: Annotated[int, Field(strict=True, ge=1, le=4294967295)] | None = None
    prefixes: Annotated[int, Field(strict=True, ge=0)] = 0
    vrf: Word = "global"


class Route(_Entry):
    """A route that is in use; `via` and `protocol` (as NAPALM writes them: BGP, OSPF, ...) where they matter."""

    prefix: Word = Field(description="the prefix, such as 10.0.0.0/8")
    via: Word | None = None
    protocol: Word | None = None


class Ntp(_Entry):
    """The clock follows a time server; with `server` that one."""

    synced: bool = Field(default=True, strict=True)
    server: Word | None = None


class Rules(_Entry):
    """One file. At least one statement."""

    version: Version | None = None
    interfaces: tuple[Interface, ...] = ()
    lldp: tuple[Lldp, ...] = ()
    bgp: tuple[Bgp, ...] = ()
    routes: tuple[Route, ...] = ()
    ntp: Ntp | None = None


@dataclass(frozen=True)
class Statement:
    """One thing that must be so, and the file and line that say it."""

    entry: Version | Interface | Lldp | Bgp | Route | Ntp
    intent: Intent


def statements(target: Target, site: Site) -> list[Statement]:
    """What is declared of a device: by the files of its groups, then by its own. Of two for the same thing, the later counts.

    Raises InventoryError where there is no file for it, or nothing in those that are; RegisterError for what is wrong in one.
    """
    folder = site.path / FOLDER
    paths = [folder / f"{name}.yml" for name in (*target.groups, target.name)]
    found = [path for path in paths if path.is_file()]
    if not found:
        raise InventoryError(
            f"there is no rule file for {target.name}",
            path=folder / f"{target.name}.yml",
            mend=f"write it, or one for a group of it: {', '.join(f'{name}.yml' for name in target.groups)}",
        )
    made: dict[tuple[object, ...], Statement] = {}
    for path in found:
        made |= _read(path)
    if not made:
        raise InventoryError(f"states nothing for {target.name}", path=found[-1], mend="docs/network.md shows how")
    return list(made.values())


def _read(path: Path) -> dict[tuple[object, ...], Statement]:
    rules, document = load_with_lines(path, Rules)
    made: dict[tuple[object, ...], Statement] = {}

    def state(entry: Version | Interface | Lldp | Bgp | Route | Ntp | None, key: tuple[object, ...], place: Place) -> None:
        if entry is not None:
            made[key] = Statement(entry, intent_of(document, place))

    state(rules.version, ("version",), ("version",))
    for index, interface in enumerate(rules.interfaces):
        state(interface, ("interface", interface.name), ("interfaces", index))
    for index, lldp in enumerate(rules.lldp):
        state(lldp, ("lldp", lldp.port), ("lldp", index))
    for index, bgp in enumerate(rules.bgp):
        state(bgp, ("bgp", bgp.vrf, bgp.neighbor), ("bgp", index))
    for index, route in enumerate(rules.routes):
        state(route, ("route", route.prefix), ("routes", index))
    state(rules.ntp, ("ntp",), ("ntp",))
    return made
