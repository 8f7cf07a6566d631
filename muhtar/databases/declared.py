"""What is declared for one server: the register's entries, and the accounts that its role keeps. Reads the inventory only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from muhtar.databases.book import Book
from muhtar.databases.model import Right, Seen, Thing
from muhtar.databases.register import PUBLIC, Entry, RightEntry
from muhtar.databases.words import expand
from muhtar.inventory import Target
from muhtar.outcome import Intent

__all__ = ["Declared", "declared_on"]

_USERS, _GRANTS, _DATABASES = "postgresql_users", "postgresql_grants", "postgresql_databases"
_SPLIT = re.compile(r"\s*,\s*")
_ALL = {
    "database": ("CONNECT", "CREATE", "TEMPORARY"),
    "schema": ("USAGE", "CREATE"),
    "table": ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"),
    "sequence": ("USAGE", "SELECT", "UPDATE"),
    "function": ("EXECUTE",),
}


@dataclass
class Declared:
    """An account as it should be. `entry` is the register's; None for one of the role's own, whose password the vault has.

    `required` and `allowed` are rights in force; `expired` those that were, until when. `absent` names what an entry speaks of
    and the server lacks. `kept` says that the role looks after its login.
    """

    name: str
    entry: Entry | None = None
    intent: Intent | None = None
    powers: set[str] = field(default_factory=set)
    member_of: set[str] = field(default_factory=set)
    required: dict[Right, Intent | None] = field(default_factory=dict)
    allowed: set[Right] = field(default_factory=set)
    owns: set[Thing] = field(default_factory=set)
    must_own: set[Thing] = field(default_factory=set)
    expired: dict[Right, date] = field(default_factory=dict)
    ended: date | None = None
    absent: list[tuple[str, Intent | None]] = field(default_factory=list)
    kept: bool = False

    @property
    def signs_in(self) -> bool | None:
        """Should it be able to sign in? None where nobody says so here: the role's own accounts."""
        if self.entry is None:
            return None
        return self.entry.kind != "group" and self.ended is None


def declared_on(target: Target, seen: Seen, book: Book | None, day: date) -> dict[str, Declared]:
    """Every account that should be on the host's server, by name; PUBLIC where something is declared for everybody."""
    found: dict[str, Declared] = {}
    if seen.engine == "postgresql":
        _of_role(target, seen, found)
    for entry in book.on(target) if book else ():
        one = found.setdefault(entry.account, Declared(entry.account))
        one.entry, one.intent = entry, book.intent(entry) if book else None
        _of_entry(one, entry, seen, book, day)
    return found


def _of_entry(one: Declared, entry: Entry, seen: Seen, book: Book | None, day: date) -> None:
    if entry.in_term(day):
        one.powers |= set(entry.powers)
        one.member_of |= set(entry.member_of)
    else:
        one.ended = entry.until
    for index, right in enumerate(entry.rights):
        must, may, owns = expand(right, seen)
        intent = book.intent(entry, index) if book else None
        if entry.in_term(day, right):
            one.required |= dict.fromkeys(must, intent)
            one.allowed |= may
            one.owns |= owns
            one.must_own |= {thing for thing in owns if thing not in seen.own}
            one.absent += [(text, intent) for text in _absent(right, seen)]
        else:
            last = min(end for end in (entry.until, right.until) if end is not None)
            one.expired |= dict.fromkeys(may, last)


def _absent(right: RightEntry, seen: Seen) -> list[str]:
    """What the server lacks of what the right names: a right on nothing would be silently none."""
    if right.database == "*":
        return []
    if right.database not in seen.databases:
        return [f"there is no database {right.database}"]
    if seen.engine == "mariadb":
        return []
    if right.in_schema and Thing("schema", right.database, right.in_schema) not in seen.owners:
        schemas = {thing.schema for thing in seen.owners if thing.database == right.database}
        # A system schema is listed only where somebody has been given more on it than came.
        return [] if right.in_schema in schemas | {"pg_catalog"} else [f"{right.database} has no schema {right.in_schema}"]
    names = {
        thing.name
        for thing in seen.owners
        if thing.database == right.database and right.in_schema in {None, thing.schema} and thing.kind in {"table", "sequence"}
    }
    return [f"{right.database} has no table {name}" for name in right.tables or () if name not in names]


def _of_role(target: Target, seen: Seen, found: dict[str, Declared]) -> None:
    """The accounts, owners and grants that role postgresql keeps: they are declared there, and here they need no second word."""
    for user in target.vars.get(_USERS) or ():
        one = found.setdefault(str(user["name"]), Declared(str(user["name"]), intent=_origin(target, _USERS), kept=True))
        flags = {flag.strip().lower() for flag in str(user.get("flags") or "").split(",")}
        one.powers |= {flag for flag in flags if flag in {"superuser", "createdb", "createrole", "replication", "bypassrls"}}
    for database in target.vars.get(_DATABASES) or ():
        if (owner := found.get(str(database["owner"]))) is not None:
            name = str(database["name"])
            owner.owns |= {Thing("database", name), *(thing for thing in seen.owners if thing.database == name)}
    for grant in target.vars.get(_GRANTS) or ():
        name = str(grant["role"])
        one = found.get(name) or found.setdefault(PUBLIC if name.upper() == PUBLIC else name, Declared(name))
        one.allowed |= set(_granted(grant, seen))


def _origin(target: Target, variable: str) -> Intent | None:
    origin = target.origin(variable)
    return Intent(file=origin.relative, line=origin.line) if origin else None


def _granted(grant: Mapping[str, Any], seen: Seen) -> Iterable[Right]:
    kind, database = str(grant.get("type") or "database"), str(grant["database"])
    privileges = [word.upper() for word in _SPLIT.split(str(grant["privs"]).strip())]
    names = [word for word in _SPLIT.split(str(grant.get("objs") or database).strip()) if word]
    if kind == "database":
        things = [Thing("database", name) for name in names]
    elif kind == "schema":
        things = [Thing("schema", database, name) for name in names]
    else:
        schema = str(grant.get("schema") or "public")
        here = [thing for thing in seen.owners if (thing.kind, thing.database, thing.schema) == (kind, database, schema)]
        things = [thing for thing in here if "ALL_IN_SCHEMA" in names or thing.name.partition("(")[0] in names]
    for privilege in privileges:
        for one in (
            _ALL.get(kind, ()) if privilege in {"ALL", "ALL PRIVILEGES"} else ("TEMPORARY" if privilege == "TEMP" else privilege,)
        ):
            yield from (Right(thing, one) for thing in things)
