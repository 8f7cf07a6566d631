"""The register of access (`registers/access.yml`): who may do what in which database, for whom, why and until when."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from muhtar.registers.fields import Day, Identifier, Name

__all__ = ["NAMED", "PUBLIC", "WORDS", "Access", "Entry", "Power", "RightEntry"]

STRICT = ConfigDict(frozen=True, extra="forbid")

PUBLIC = "PUBLIC"
"""Everybody: what is granted to it, each account of the server has."""

WORDS = frozenset({"connect", "temporary", "create", "read", "write", "execute", "owner"})
"""What a right may say for people; `docs/access.md` says what each stands for."""

NAMED = re.compile(r"[A-Z][A-Z ]{1,40}\Z")
"""A privilege by the server's own name: TRUNCATE, LOCK TABLES."""

Power = Literal["superuser", "createdb", "createrole", "replication", "bypassrls"]
"""What a role of PostgreSQL may do that no database holds."""


def _may(value: str) -> str:
    if value not in WORDS and not NAMED.match(value):
        msg = f"must be one of {', '.join(sorted(WORDS))}, or a privilege in capitals as the server calls it"
        raise ValueError(msg)
    return value


class RightEntry(BaseModel):
    """One line of the matrix: what may be done in a database, in a schema of it (PostgreSQL), or with some tables only."""

    model_config = STRICT

    database: Name = Field(description="the database: gis; '*' is the whole server (MariaDB)")
    # A model of pydantic has a method of that name, of old.
    in_schema: Name | None = Field(default=None, alias="schema", description="a schema of it (PostgreSQL); all without one")
    tables: tuple[Name, ...] | None = Field(default=None, min_length=1, description="some tables only: [parcels]")
    may: tuple[Annotated[str, AfterValidator(_may)], ...] = Field(
        min_length=1, description="connect, read, write, execute, create, temporary, owner, or privileges as TRUNCATE: [read]"
    )
    until: Day | None = Field(default=None, description="the last day of the right, YYYY-MM-DD")
    reason: Name | None = Field(default=None, description="why, or the number of the request")


class Entry(BaseModel):
    """An account of database servers: whose it is, and what it may do. `until` is the last day of all of it."""

    model_config = STRICT

    id: Identifier = Field(description="a short name that never changes, as zoning-reports")
    account: Name = Field(description="its name on the server: reports; on MariaDB with the host: reports@10.1.2.%; or PUBLIC")
    kind: Literal["person", "service", "group"] = Field(description="person, service or group (nobody signs in as a group)")
    who: Name = Field(description="the person, or what the service or the group is for")
    directorate: Name = Field(description="the directorate whose head signs for it: İmar ve Şehircilik Müdürlüğü")
    owner: Name = Field(description="who answers for it: İmar ve Şehircilik Müdürü")
    servers: tuple[Name, ...] = Field(min_length=1, description="hosts or groups of the inventory: [databases]")
    member_of: tuple[Name, ...] = Field(default=(), description="groups (roles) that it is a member of: [readers]")
    powers: tuple[Power, ...] = Field(default=(), description="superuser, createdb, createrole, replication or bypassrls")
    reason: Name = Field(description="why, or the number of the request: talep 2026/114")
    until: Day | None = Field(default=None, description="the last day of all its rights, YYYY-MM-DD")
    rights: tuple[RightEntry, ...] = Field(default=(), description="a list: {database: gis, schema: public, may: [read]}")

    @model_validator(mode="after")
    def _public_is_a_group(self) -> Entry:
        if self.account == PUBLIC and (self.kind != "group" or self.member_of or self.powers):
            msg = "the account PUBLIC is everybody: kind: group, without member_of and powers"
            raise ValueError(msg)
        return self

    def in_term(self, day: date, right: RightEntry | None = None) -> bool:
        """Whether it, or one of its rights, holds on that day."""
        ends = [end for end in (self.until, right.until if right else None) if end is not None]
        return all(day <= end for end in ends)


class Access(BaseModel):
    """The whole register."""

    model_config = STRICT

    accounts: tuple[Entry, ...] = Field(description="a list of accounts, each with an id")
