"""What a database server says of itself: accounts, memberships, grants, effective privileges. The same for both programs."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

__all__ = ["Account", "Default", "Engine", "Grant", "Member", "Right", "Seen", "Thing", "covered"]

Engine = Literal["postgresql", "mariadb"]


# These two are tuples: a large server has hundreds of thousands of rights, and tuples are found fast.
class Thing(NamedTuple):
    """What a right is about. `kind`: server, database, schema, table, column, sequence, function; parts that it lacks are ""."""

    kind: str
    database: str
    schema: str = ""
    name: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.database, self.schema, self.name) if part)

    @property
    def around(self) -> tuple[Thing, ...]:
        """What contains it, as far as a right on that is one on this too (MariaDB): its table, database, server."""
        outer = (
            Thing("server", "*"),
            Thing("database", self.database),
            Thing("table", self.database, "", self.name.rpartition(".")[0]),
        )
        depth = {"server": 0, "database": 1, "table": 2, "function": 2, "column": 3}.get(self.kind, 0)
        return outer[:depth]


class Right(NamedTuple):
    """A privilege, by the server's name for it, on a thing."""

    thing: Thing
    privilege: str

    def __str__(self) -> str:
        return f"{self.privilege} on {self.thing}"


def covered(right: Right, rights: Set[Right], engine: Engine) -> bool:
    """Is it among those rights? In MariaDB a right on a database is one on its tables; in PostgreSQL it is not."""
    if right in rights:
        return True
    return engine == "mariadb" and any(Right(thing, right.privilege) in rights for thing in right.thing.around)


@dataclass(frozen=True)
class Account:
    """A role or account. `builtin`: the program cannot be without it. `password`: scram, md5, none, unknown, or a plugin's name.

    `seen` is what is known of its last login: "connected now", a moment, or "unknown".
    """

    name: str
    login: bool
    powers: frozenset[str] = frozenset()
    builtin: bool = False
    password: str = "unknown"  # noqa: S105 - how it is kept
    valid_until: datetime | None = None
    seen: str = "unknown"

    @property
    def superuser(self) -> bool:
        """May it do everything anyway?"""
        return "superuser" in self.powers


@dataclass(frozen=True, order=True)
class Member:
    """`member` is in `role`: it has the role's rights by itself where `inherit`, may take them on where `takes` (SET ROLE)."""

    member: str
    role: str
    inherit: bool = True
    takes: bool = True
    admin: bool = False


@dataclass(frozen=True, order=True)
class Grant:
    """What the server's lists give somebody. `given`: by the program or an extension itself, as it came. `pattern`: MariaDB's
    wildcard in the database's name, where the grant is by one; `stored` is that name as the server keeps it."""

    grantee: str
    right: Right
    given: bool = False
    pattern: str = ""
    stored: str = ""


@dataclass(frozen=True, order=True)
class Default:
    """What will be granted on things that `role` makes from now on (PostgreSQL's default privileges); `schema` "" is any."""

    role: str
    database: str
    schema: str
    kind: str
    grantee: str
    privilege: str


@dataclass(frozen=True)
class Seen:
    """A server as it runs. `effective` is of each account that is no superuser; `owners` by thing; `extensions` by database.

    `own` are things of extensions: whoever may read a whole schema may read them, but nobody must. `blind` says what we could
    not look at, and which right is missing for it.
    """

    engine: Engine
    version: str
    accounts: Mapping[str, Account]
    members: tuple[Member, ...]
    grants: tuple[Grant, ...]
    effective: Mapping[str, frozenset[Right]]
    owners: Mapping[Thing, str]
    databases: tuple[str, ...]
    own: frozenset[Thing] = frozenset()
    defaults: tuple[Default, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    hba: tuple[Mapping[str, Any], ...] = ()
    extensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blind: tuple[str, ...] = ()
    blind_settings: tuple[str, ...] = ()
