"""A PostgreSQL server's answers, as what was seen of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from muhtar.databases.model import Account, Default, Grant, Member, Right, Seen, Thing

__all__ = ["CLIENT", "FIRST_DATABASE", "read"]

CLIENT = ("psql", "-XAtqw", "-v", "ON_ERROR_STOP=1")
FIRST_DATABASE = "postgres"
_POWERS = ("superuser", "createdb", "createrole", "replication", "bypassrls")
_KINDS = {"r": "table", "S": "sequence", "f": "function", "n": "schema", "T": "type"}
# The server gives a member of these, wherever it goes, what no list of grants names.
_EVERYWHERE = {"pg_read_all_data": {"SELECT"}, "pg_write_all_data": {"INSERT", "UPDATE", "DELETE"}}


def read(answer: dict[str, Any]) -> Seen:
    """What the probe brought back. Raises KeyError and the like for an answer that is none of PostgreSQL's."""
    first: dict[str, Any] = {}
    for line in answer["first"]:
        first |= line
    accounts = _accounts(first)
    grants = [
        Grant(grantee, Right(Thing("database", name), one))
        for grantee, name, privilege, grantable in first["grants"]
        for one in _privileges(privilege, grantable)
    ]
    effective: dict[str, set[Right]] = defaultdict(set)
    for account, name, privilege in first["effective"]:
        effective[account].add(Right(Thing("database", name), privilege))
    owners = {Thing("database", name): owner for name, owner in first["owners"].items() if name in first["databases"]}
    own: set[Thing] = set()
    defaults: list[Default] = []
    for database, found in answer["each"].items():
        for kind, schema, name, owner, extension in found["things"]:
            thing = _thing(database, kind, schema, name)
            owners[thing] = owner
            if extension:
                own.add(thing)
        grants += [
            Grant(grantee, Right(_thing(database, kind, schema, name), one), given)
            for kind, schema, name, grantee, privilege, grantable, given in found["grants"]
            for one in _privileges(privilege, grantable)
        ]
        for account, kind, schema, name, privileges in found["effective"]:
            effective[account] |= {Right(_thing(database, kind, schema, name), privilege) for privilege in privileges}
        defaults += [
            Default(role, database, schema, _KINDS.get(kind, kind), grantee, privilege)
            for role, schema, kind, grantee, privilege in found["defaults"]
        ]
    grants += _everywhere(owners)
    closed = [f"database {name}: CONNECT is missing for {first['me']}" for name in first["closed"]]
    refused = [f"database {name}: {' '.join(said.split())}" for name, said in answer["errors"].items()]
    return Seen(
        engine="postgresql",
        version=first["version"],
        accounts=accounts,
        members=tuple(sorted(Member(*row) for row in first["members"])),
        grants=tuple(sorted(set(grants))),
        effective={name: frozenset(effective[name]) for name, one in accounts.items() if not (one.superuser or one.builtin)},
        owners=owners,
        databases=tuple(first["databases"]),
        own=frozenset(own),
        defaults=tuple(sorted(set(defaults))),
        settings={name: str(value) for name, (value, _pending) in first["settings"].items()},
        hba=tuple(first.get("hba", ())),
        extensions={name: tuple(found["extensions"]) for name, found in answer["each"].items()},
        blind=(*closed, *refused),
        blind_settings=_blind(first),
    )


def _thing(database: str, kind: str, schema: str, name: str) -> Thing:
    return Thing("schema", database, name) if kind == "schema" else Thing(kind, database, schema, name)


def _privileges(name: str, grantable: bool) -> tuple[str, ...]:
    """A right, and beside it the right to pass it on."""
    return (name, f"{name} WITH GRANT OPTION") if grantable else (name,)


def _blind(first: dict[str, Any]) -> tuple[str, ...]:
    me = first["me"]
    found = []
    if "hba" not in first:
        found.append(f"rules of access: SELECT on pg_hba_file_rules and EXECUTE on pg_hba_file_rules() are missing for {me}")
    if "passwords" not in first:
        found.append(f"how passwords are kept: SELECT on pg_authid is missing for {me}")
    return tuple(found)


def _accounts(first: dict[str, Any]) -> dict[str, Account]:
    passwords = first.get("passwords", {})
    return {
        role["name"]: Account(
            name=role["name"],
            login=role["login"],
            powers=frozenset(power for power in _POWERS if role[power]),
            builtin=role["builtin"],
            password=passwords.get(role["name"], "unknown"),
            valid_until=datetime.fromisoformat(role["until"]) if role["until"] else None,
            seen="connected now" if role["connected"] else "unknown",
        )
        for role in first["roles"]
    }


def _everywhere(owners: dict[Thing, str]) -> list[Grant]:
    """What the roles of the server for everything hold, spelt out; they are nobody's but their members'."""
    found = []
    for role, privileges in _EVERYWHERE.items():
        for thing in owners:
            if thing.kind == "schema":
                found.append(Grant(role, Right(thing, "USAGE"), given=True))
            elif thing.kind == "table" or (thing.kind == "sequence" and role == "pg_read_all_data"):
                found += [Grant(role, Right(thing, privilege), given=True) for privilege in privileges]
            elif thing.kind == "sequence":
                found += [Grant(role, Right(thing, privilege), given=True) for privilege in ("USAGE", "UPDATE")]
    return found
