"""The backup policy (`registers/backup.yml`): what is taken from which group, how often, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from muhtar.backup.sources import AnySource
from muhtar.errors import RegisterError
from muhtar.inventory import Target

__all__ = ["HostPolicy", "Item", "Keeper", "Policy"]

_STRICT = ConfigDict(frozen=True, extra="forbid")


class Keeper(BaseModel):
    """A repository server. Each host has a repository of its own there, named as the host, under a user named so too.

    `server` is a host of the inventory. `passwords` and `user_passwords` name inventory variables (vaulted) that map each
    host to its repository's password and to its user's. `shared` names one repository (and user) for all hosts instead: for
    network devices, whose backups are all written from here. `ca` is a certificate on the hosts to trust the server by.
    """

    model_config = _STRICT

    server: str = Field(description="a host of the inventory, of role backup_server")
    port: int = Field(default=8000, ge=1, le=65535, description="its port")
    passwords: str = Field(description="name of the inventory variable that maps each host to its repository's password")
    user_passwords: str = Field(description="name of the inventory variable that maps each host to its user's password")
    shared: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="one repository of this name for all hosts instead of one each; only for network devices",
    )
    ca: str | None = Field(default=None, pattern="^/", description="path, on the hosts, of the CA to trust the server by")


class GroupPolicy(BaseModel):
    """What is taken from the hosts of one group. `rpo_hours` and `duty` hold for sources that do not say their own."""

    model_config = _STRICT

    repository: str | None = Field(default=None, description="a name of `repositories`")
    rpo_hours: float | None = Field(default=None, gt=0, description="how old the newest snapshot may be, in hours")
    duty: str | None = Field(default=None, description="id of the duty that these backups serve")
    sources: tuple[AnySource, ...] = Field(min_length=1, description="a list; each entry has a name and a kind")


@dataclass(frozen=True)
class Item:
    """A source as it holds for one host: its RPO in hours, the duty it serves (None: that of the check), the group it is from."""

    source: AnySource
    rpo_hours: float
    duty: str | None
    group: str


@dataclass(frozen=True)
class HostPolicy:
    """What holds for one host: its sources, and the keeper of its repository."""

    items: tuple[Item, ...]
    keeper: Keeper


class Policy(BaseModel):
    """The whole register. `exempt` names groups or hosts that are not backed up, each with the reason."""

    model_config = _STRICT

    repositories: dict[str, Keeper] = Field(min_length=1, description="repository servers by a name of yours")
    repository: str = Field(description="the name of the one that holds for all groups but those that name another")
    rpo_hours: float = Field(gt=0, description="how old the newest snapshot of a source may be, in hours")
    groups: dict[str, GroupPolicy] = Field(min_length=1, description="what is taken from the hosts of each inventory group")
    exempt: dict[str, Annotated[str, Field(min_length=10)]] = {}

    @field_validator("groups")
    @classmethod
    def _no_double_names(cls, value: dict[str, GroupPolicy]) -> dict[str, GroupPolicy]:
        for group, policy in value.items():
            names = [source.name for source in policy.sources]
            if double := [name for name in names if names.count(name) > 1]:
                msg = f"group {group} has two sources named {double[0]!r}"
                raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _known_repositories(self) -> Policy:
        for name in [self.repository, *(policy.repository for policy in self.groups.values() if policy.repository)]:
            if name not in self.repositories:
                msg = f"there is no repository {name!r} among {', '.join(sorted(self.repositories))}"
                raise ValueError(msg)
        return self

    def of(self, target: Target) -> HostPolicy | None:
        """What holds for a host: the sources of all its groups, ancestors too. None where no group of it has a policy.

        Raises RegisterError where two groups give the host sources of the same name, or different repositories.
        """
        mine = {name: policy for name, policy in self.groups.items() if target.in_group(name)}
        if not mine:
            return None
        items: dict[str, Item] = {}
        for group, policy in mine.items():
            for source in policy.sources:
                if source.name in items:
                    raise RegisterError(
                        f"{target.name} gets a source {source.name!r} from {items[source.name].group} and from {group}",
                        mend="give one of them another name",
                    )
                rpo = source.rpo_hours or policy.rpo_hours or self.rpo_hours
                items[source.name] = Item(source, rpo, source.duty or policy.duty, group)
        keepers = {policy.repository or self.repository for policy in mine.values()}
        if len(keepers) > 1:
            raise RegisterError(
                f"{target.name} gets the repositories {' and '.join(sorted(keepers))} from its groups {', '.join(mine)}",
                mend="name one repository for all of them",
            )
        keeper = self.repositories[keepers.pop()]
        if keeper.shared and (own := next((item for item in items.values() if item.source.runs == "host"), None)):
            raise RegisterError(
                f"{target.name} backs up {own.source.name!r} by itself: it must not reach a repository that it shares",
                mend=f"give the group {own.group} a repository without `shared`",
            )
        return HostPolicy(tuple(items.values()), keeper)

    def exemption(self, target: Target) -> str | None:
        """Why a host is not backed up, if the policy says so."""
        return next((why for name, why in self.exempt.items() if target.name == name or target.in_group(name)), None)
