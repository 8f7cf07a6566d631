"""PostgreSQL's statements for a change, quoted by psycopg."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql

from muhtar.databases.difference import Change
from muhtar.databases.model import Right, Thing
from muhtar.databases.register import PUBLIC
from muhtar.databases.statements import Statement

__all__ = ["render"]

_OPTION = " WITH GRANT OPTION"
_NEW = {"table": "TABLES", "sequence": "SEQUENCES", "function": "FUNCTIONS", "schema": "SCHEMAS", "type": "TYPES"}
# A sequence of a serial column goes with its table, and by itself it may not.
_OWNABLE = {"database": "DATABASE", "schema": "SCHEMA", "table": "TABLE", "function": "ROUTINE"}


def render(change: Change) -> list[Statement]:
    """The statements of one change, in order."""
    who = _role(change.account)
    if change.verb in {"grant", "revoke"}:
        return _granting(change.verb, who, change.rights)
    if change.verb == "own":
        return [
            Statement(_text("ALTER {} {} OWNER TO {}", sql.SQL(_OWNABLE[thing.kind]), _name(thing), who), _where(thing))
            for thing in change.things
            if thing.kind in _OWNABLE
        ]
    if change.verb == "default" and (default := change.default) is not None:
        within = sql.SQL(" IN SCHEMA {}").format(sql.Identifier(default.schema)) if default.schema else sql.SQL("")
        text = _text(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} REVOKE {} ON {} FROM {}",
            sql.Identifier(default.role), within, _privilege(default.privilege), sql.SQL(_NEW[default.kind]), who,
        )  # fmt: skip
        return [Statement(text, default.database)]
    simple = {
        "create": ("CREATE ROLE {} NOLOGIN", (who,)),
        "login": ("ALTER ROLE {} LOGIN", (who,)),
        "lock": ("ALTER ROLE {} NOLOGIN", (who,)),
        "join": ("GRANT {1} TO {0}", (who, sql.Identifier(change.name))),
        "leave": ("REVOKE {1} FROM {0} CASCADE", (who, sql.Identifier(change.name))),
        "power": ("ALTER ROLE {} {}", (who, sql.SQL(change.name.upper()))),
        "no power": ("ALTER ROLE {} {}", (who, sql.SQL(f"NO{change.name.upper()}"))),
    }
    pattern, parts = simple[change.verb]
    return [Statement(_text(pattern, *parts))]


def _granting(verb: str, who: sql.Composable, rights: Iterable[Right]) -> list[Statement]:
    by_thing: dict[Thing, list[str]] = {}
    for right in sorted(rights):
        by_thing.setdefault(right.thing, []).append(right.privilege)
    groups: dict[tuple[str, str, tuple[str, ...]], list[Thing]] = {}
    for thing, privileges in by_thing.items():
        plain = tuple(one for one in privileges if not one.endswith(_OPTION))
        # With the right goes the right to pass it on.
        options = tuple(one for one in privileges if one.endswith(_OPTION) and one.removesuffix(_OPTION) not in plain)
        for part in (plain, options):
            if part:
                groups.setdefault((thing.database, thing.kind, part), []).append(thing)
    return [
        Statement(_grant(verb, who, kind, privileges, things), "" if kind == "database" else database)
        for (database, kind, privileges), things in groups.items()
    ]


def _grant(verb: str, who: sql.Composable, kind: str, privileges: tuple[str, ...], things: list[Thing]) -> str:
    option = privileges[0].endswith(_OPTION)
    words = [_privilege(privilege.removesuffix(_OPTION)) for privilege in privileges]
    if kind == "column":
        statements = []
        for thing in things:
            table, _, column = thing.name.rpartition(".")
            named = [sql.SQL("{} ({})").format(word, sql.Identifier(column)) for word in words]
            of_table = sql.SQL("TABLE {}").format(sql.Identifier(thing.schema, table))
            statements.append(_one(verb, named, of_table, who, option))
        return ";\n".join(statements)
    what = sql.SQL("ROUTINE" if kind == "function" else kind.upper())
    return _one(verb, words, sql.SQL("{} {}").format(what, sql.SQL(", ").join([_name(thing) for thing in things])), who, option)


def _one(verb: str, words: Sequence[sql.Composable], on: sql.Composable, who: sql.Composable, option: bool) -> str:
    listed = sql.SQL(", ").join(words)
    if verb == "grant":
        return _text("GRANT {} ON {} TO {}", listed, on, who) + (_OPTION if option else "")
    return _text("REVOKE {}{} ON {} FROM {} CASCADE", sql.SQL("GRANT OPTION FOR " if option else ""), listed, on, who)


def _role(name: str) -> sql.Composable:
    return sql.SQL(PUBLIC) if name == PUBLIC else sql.Identifier(name)


def _privilege(name: str) -> sql.Composable:
    if not all(sign.isupper() or sign == " " for sign in name):
        msg = f"{name!r} is no privilege"
        raise ValueError(msg)
    return sql.SQL(name)


def _name(thing: Thing) -> sql.Composable:
    if thing.kind == "database":
        return sql.Identifier(thing.database)
    if thing.kind == "schema":
        return sql.Identifier(thing.schema)
    if thing.kind == "function":
        # The server has quoted name and arguments already (quote_ident, pg_get_function_identity_arguments).
        return sql.Composed([sql.Identifier(thing.schema), sql.SQL("."), sql.SQL(thing.name)])
    return sql.Identifier(thing.schema, thing.name)


def _where(thing: Thing) -> str:
    return "" if thing.kind == "database" else thing.database


def _text(pattern: str, *parts: sql.Composable) -> str:
    return sql.SQL(pattern).format(*parts).as_string(None)
