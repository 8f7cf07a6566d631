"""The backup policy (`registers/backup.yml`): what is taken from which host, how often, where it is kept, how it is proven.

Groups inherit as variables of the inventory do: what `hosts` says wins over what a group says, a child group over its parent,
any group over what stands at the top of the register. Sources add up over all groups of a host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from muhtar.backup.keeping import Keeper, Retention
from muhtar.backup.sources import AnySource
from muhtar.errors import RegisterError
from muhtar.inventory import Target
from muhtar.outcome import Intent
from muhtar.registers.document import Document, Place
from muhtar.registers.fields import Name, Size
from muhtar.registers.load import intent_of, load_with_lines

__all__ = ["HostPolicy", "Item", "Keeper", "Kept", "Origin", "Policy", "Retention"]

_STRICT = ConfigDict(frozen=True, extra="forbid")
# In these many days all pack data is read, and a restore is drilled, where the register says nothing: a month and some grace.
_READ_ALL, _DRILL = 28, 35
# Shorter is no reason.
_REASON = 10


class _Values(BaseModel):
    """What the top of the register, a group and a host can all say. None: what the weaker layer says."""

    model_config = _STRICT

    repository: str | None = Field(default=None, description="a name of `repositories`")
    second: str | None = Field(default=None, description="the name of the repository that holds the second copy")
    rpo_hours: float | None = Field(default=None, gt=0, description="how old the newest snapshot may be, in hours")
    retention: Retention | None = Field(default=None, description="{keep_daily: 14, keep_weekly: 8, keep_monthly: 12}")
    read_all_within_days: int | None = Field(
        default=None, strict=True, ge=1, le=3650, description="days within which backup.check reads all of the data once"
    )
    drill_every_days: int | None = Field(
        default=None, strict=True, ge=1, le=3650, description="days within which a restore is drilled once"
    )
    minimum_size: Size | None = Field(default=None, description="the least that a whole snapshot of a source holds: 20 MB")
    duty: str | None = Field(default=None, description="id of the duty that these backups serve")


class GroupPolicy(_Values):
    """What holds for the hosts of one group, or for one host.

    `rpo_hours`, `minimum_size` and `duty` hold for sources that do not say their own.
    """

    sources: tuple[AnySource, ...] = Field(default=(), description="a list; each entry has a name and a kind")

    @field_validator("sources")
    @classmethod
    def _no_double_names(cls, value: tuple[AnySource, ...]) -> tuple[AnySource, ...]:
        names = [source.name for source in value]
        if double := [name for name in names if names.count(name) > 1]:
            msg = f"two sources named {double[0]!r}"
            raise ValueError(msg)
        return value


@dataclass(frozen=True)
class Origin:
    """Where a value of a host's policy comes from: the layer (`host web1`, `group web`, `all hosts`, `default`), and the line."""

    layer: str
    intent: Intent | None = None

    def __str__(self) -> str:
        return f"{self.layer}, {self.intent}" if self.intent else self.layer


@dataclass(frozen=True)
class Kept:
    """A repository server by its name in the register."""

    name: str
    keeper: Keeper


@dataclass(frozen=True)
class Item:
    """A source as it holds for one host.

    `rpo_hours`: how old its newest snapshot may be. `duty`: what it serves (None: the duty of the check). `group`: which entry
    of the register it is from (a host's name where that is of `hosts`). `minimum_size`: the least that a whole snapshot of it
    holds, in bytes (0: anything but nothing). `origins`: where each of `source`, `rpo_hours`, `minimum_size`, `duty` was said.
    """

    source: AnySource
    rpo_hours: float
    duty: str | None
    group: str
    minimum_size: int = 0
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class HostPolicy:
    """What holds for one host.

    `items`: its sources. `repositories`: the one that it backs up to, then the one with the second copy, if there is one.
    `retention`: which snapshots `backup.prune` keeps; None: nothing is declared, and nothing may be removed.
    `read_all_within_days`: in how many days `backup.check` reads all of the repository's data once. `drill_every_days`: how old
    the last drill may be. `origins`: where each of `repository`, `second`, `retention`, `read_all_within_days` and
    `drill_every_days` was said.
    """

    items: tuple[Item, ...]
    repositories: tuple[Kept, ...]
    retention: Retention | None = None
    read_all_within_days: int = _READ_ALL
    drill_every_days: int = _DRILL
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)

    @property
    def keeper(self) -> Keeper:
        """The server that the host backs up to."""
        return self.repositories[0].keeper

    @property
    def second(self) -> Kept | None:
        """The server that holds the second copy."""
        return self.repositories[1] if len(self.repositories) > 1 else None

    @property
    def rpo_hours(self) -> float:
        """The strictest RPO of its sources."""
        return min(item.rpo_hours for item in self.items)


class Policy(_Values):
    """The whole register. What stands at its top holds for all hosts.

    `exempt` maps groups or hosts that are not backed up to the reason; one without a reason is a finding of `backup.plan`.
    """

    repositories: dict[str, Keeper] = Field(min_length=1, description="repository servers by a name of yours")
    repository: str = Field(description="the name of the one that holds for all hosts but those that name another")
    rpo_hours: float = Field(gt=0, description="how old the newest snapshot of a source may be, in hours")
    groups: dict[str, GroupPolicy] = Field(min_length=1, description="what is taken from the hosts of each inventory group")
    hosts: dict[str, GroupPolicy] = Field(default={}, description="what holds for single hosts, over what their groups say")
    exempt: dict[str, Name | None] = Field(default={}, description="groups or hosts that are not backed up, each with the reason")
    _document: Document | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Read the register. Raises RegisterError with all that is wrong in it."""
        made, document = load_with_lines(path, cls)
        made._document = document
        return made

    @model_validator(mode="after")
    def _known_repositories(self) -> Policy:
        for values in (self, *self.groups.values(), *self.hosts.values()):
            for name in (values.repository, values.second):
                if name is not None and name not in self.repositories:
                    msg = f"there is no repository {name!r} among {', '.join(sorted(self.repositories))}"
                    raise ValueError(msg)
        return self

    def of(self, target: Target) -> HostPolicy | None:
        """What holds for a host: the sources of all its groups, ancestors too, and its own. None where nothing gives it any.

        Raises RegisterError where two groups give it sources of the same name, or where its copies would be in one place.
        """
        layers = list(self._layers(target))
        items = self._items(target, layers)
        if not items:
            return None
        origins: dict[str, Origin] = {}

        def chosen(key: str, default: Any = None) -> Any:
            value, origins[key] = self._value(layers, key, default)
            return value

        first, second = chosen("repository"), chosen("second")
        if first == second:
            raise RegisterError(
                f"{target.name} would have both copies in {first!r}",
                key="second",
                line=origins["second"].intent.line if origins["second"].intent else None,
                mend="name another repository as `second`",
            )
        kept = tuple(Kept(name, self.repositories[name]) for name in (first, second) if name is not None)
        _refuse_sharing(target, items, kept)
        return HostPolicy(
            items=tuple(items.values()),
            repositories=kept,
            retention=chosen("retention"),
            read_all_within_days=chosen("read_all_within_days", _READ_ALL),
            drill_every_days=chosen("drill_every_days", _DRILL),
            origins=origins,
        )

    def line(self, place: Place) -> int | None:
        """The line of the register that has `place`; None where it was read from no file."""
        return self._document.line(place) if self._document else None

    def exemption(self, target: Target) -> str | None:
        """Why a host is not backed up, if the policy says so: the reason, or an empty text where it gives none."""
        for name, why in self.exempt.items():
            if target.name == name or target.in_group(name):
                return why if why and len(why.strip()) >= _REASON else ""
        return None

    def exempted_at(self, target: Target) -> Intent | None:
        """Where that exemption stands."""
        name = next((name for name in self.exempt if target.name == name or target.in_group(name)), None)
        return intent_of(self._document, ("exempt", name)) if self._document and name else None

    def _layers(self, target: Target) -> Iterator[_Layer]:
        """Whatever speaks of the host, the weakest first."""
        yield _Layer("all hosts", (), self)
        for group in ("all", *target.groups):
            if group in self.groups:
                yield _Layer(f"group {group}", ("groups", group), self.groups[group])
        if target.name in self.hosts:
            yield _Layer(f"host {target.name}", ("hosts", target.name), self.hosts[target.name])

    def _items(self, target: Target, layers: list[_Layer]) -> dict[str, Item]:
        items: dict[str, Item] = {}
        for depth, layer in enumerate(layers):
            entry = layer.values
            if not isinstance(entry, GroupPolicy):
                continue
            of_host = layer.place[0] == "hosts"
            # A host's own word on a value is the last one; another group's says nothing of this group's sources.
            around = [*layers[: depth + 1], *(last for last in layers[-1:] if last.place[:1] == ("hosts",) and not of_host)]
            for index, source in enumerate(entry.sources):
                before = items.get(source.name)
                if before and not of_host:
                    raise RegisterError(
                        f"{target.name} gets a source {source.name!r} from {before.group} and from {layer.place[1]}",
                        line=self.line((*layer.place, "sources", index)),
                        mend="give one of them another name",
                    )
                items[source.name] = self._item(source, (*layer.place, "sources", index), layer, around)
        return items

    def _item(self, source: AnySource, place: Place, layer: _Layer, around: list[_Layer]) -> Item:
        origins = {"source": self._origin(layer.name, place)}

        def own(key: str, default: Any = None) -> Any:
            value = getattr(source, key)
            if value is None:
                value, origins[key] = self._value(around, key, default)
            else:
                origins[key] = self._origin(layer.name, (*place, key))
            return value

        # What may be empty has no minimum, whatever a group says.
        minimum = 0 if source.may_be_empty else own("minimum_size", 0)
        return Item(source, own("rpo_hours"), own("duty"), str(layer.place[1]), minimum, origins)

    def _value(self, layers: list[_Layer], key: str, default: Any) -> tuple[Any, Origin]:
        """The strongest layer's word on `key`, and where it stands."""
        for layer in reversed(layers):
            value = getattr(layer.values, key)
            if value is not None:
                return value, self._origin(layer.name, (*layer.place, key))
        return default, Origin("default")

    def _origin(self, layer: str, place: Place) -> Origin:
        return Origin(layer, intent_of(self._document, place) if self._document else None)


@dataclass(frozen=True)
class _Layer:
    """One place of the register that speaks of a host: its name for people, its place in the file, what it says."""

    name: str
    place: Place
    values: _Values


def _refuse_sharing(target: Target, items: Mapping[str, Item], kept: tuple[Kept, ...]) -> None:
    """A host's own restic holds the credentials of its repository: nobody else's snapshots may be in reach of them."""
    own = next((item for item in items.values() if item.source.runs == "host"), None)
    if kept[0].keeper.shared and own:
        raise RegisterError(
            f"{target.name} backs up {own.source.name!r} by itself: it must not reach a repository that it shares",
            mend=f"give {own.group} a repository without `shared`",
        )
