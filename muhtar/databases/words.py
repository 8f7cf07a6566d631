"""What the words of the register stand for, on what a server has: `read` is SELECT on each table, and the way to it."""

from __future__ import annotations

from collections.abc import Iterable

from muhtar.databases.model import Right, Seen, Thing
from muhtar.databases.register import RightEntry

__all__ = ["expand"]

_TABLE = {
    "read": ("SELECT",),
    "write": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
_OWNER_MARIADB = (
    "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DELETE HISTORY",
    "DROP", "EVENT", "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE",
)  # fmt: skip
_MARIADB = {
    **_TABLE,
    "connect": (),
    "temporary": ("CREATE TEMPORARY TABLES",),
    "create": ("CREATE",),
    "execute": ("EXECUTE",),
    "owner": _OWNER_MARIADB,
}
_ON_DATABASE = {"CONNECT", "TEMPORARY"}
_ON_SCHEMA = {"USAGE", "CREATE"}
_ON_FUNCTION = {"EXECUTE"}
_SYSTEM = {"pg_catalog", "information_schema"}


def expand(entry: RightEntry, seen: Seen) -> tuple[set[Right], set[Right], set[Thing]]:
    """Of a line of the matrix on this server: what must be held, what may be (that and more), and what may be owned."""
    if seen.engine == "mariadb":
        rights = _mariadb(entry)
        return rights, rights, set()
    return _postgresql(entry, seen)


def _mariadb(entry: RightEntry) -> set[Right]:
    privileges = {one for word in entry.may for one in _MARIADB.get(word, (word,))}
    if entry.database == "*":
        things = [Thing("server", "*")]
    elif entry.tables:
        things = [Thing("table", entry.database, "", table) for table in entry.tables]
    else:
        things = [Thing("database", entry.database)]
    return {Right(thing, privilege) for thing in things for privilege in privileges}


def _postgresql(entry: RightEntry, seen: Seen) -> tuple[set[Right], set[Right], set[Thing]]:
    scope = [thing for thing in seen.owners if _within(thing, entry)]
    database = Thing("database", entry.database)
    may: set[Right] = set()
    owns: set[Thing] = set()
    for word in entry.may:
        if word == "owner":
            owns |= {*scope} if entry.tables or entry.in_schema else {database, *scope}
        elif word == "connect" or word in _ON_DATABASE or word == "temporary":
            may.add(Right(database, {"connect": "CONNECT", "temporary": "TEMPORARY"}.get(word, word)))
        elif word in {"create", "CREATE"} and not entry.in_schema:
            may.add(Right(database, "CREATE"))
        elif word.upper() in _ON_SCHEMA:
            may |= {Right(thing, word.upper()) for thing in scope if thing.kind == "schema"}
        elif word == "execute" or word in _ON_FUNCTION:
            may |= {Right(thing, "EXECUTE") for thing in scope if thing.kind == "function"} | _way(scope)
        else:
            may |= _on_tables(word, scope) | _way(scope)
    if any(right.thing != database for right in may):
        may.add(Right(database, "CONNECT"))
    must = {right for right in may if right.thing not in seen.own}
    return must, may, owns


def _within(thing: Thing, entry: RightEntry) -> bool:
    if thing.kind == "database" or thing.database != entry.database:
        return False
    if thing.schema != entry.in_schema if entry.in_schema else thing.schema in _SYSTEM:
        return False
    if entry.tables is None:
        return True
    # The sequence of a serial column goes with its table.
    return thing.name in entry.tables or (
        thing.kind == "sequence" and any(thing.name.startswith(f"{table}_") for table in entry.tables)
    )


def _on_tables(word: str, scope: Iterable[Thing]) -> set[Right]:
    found: set[Right] = set()
    for thing in scope:
        if thing.kind == "table":
            found |= {Right(thing, privilege) for privilege in _TABLE.get(word, (word,))}
        elif thing.kind == "sequence" and word == "write":
            found |= {Right(thing, privilege) for privilege in ("USAGE", "SELECT")}
    return found


def _way(scope: Iterable[Thing]) -> set[Right]:
    """Nobody comes to a table but through its schema."""
    return {Right(Thing("schema", thing.database, thing.schema), "USAGE") for thing in scope if thing.kind != "schema"}
