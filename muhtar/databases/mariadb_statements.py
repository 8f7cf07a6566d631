"""MariaDB's statements for a change. Names stand in backticks; where a database is granted on, its `_` and `%` are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from muhtar.databases.difference import Change
from muhtar.databases.model import Right, Seen, Thing
from muhtar.databases.register import PUBLIC
from muhtar.databases.statements import Statement

__all__ = ["render"]

_PRIVILEGE = re.compile(r"[A-Z][A-Z ]*\Z")
# Columns take their names in the list, and the right to pass a right on is told beside it.
_GRANT_OPTION = "GRANT OPTION"


def render(change: Change, seen: Seen) -> list[Statement]:
    """The statements of one change, in order. An account never becomes usable by one: it has no password that we know of."""
    who = _account(change.account)
    if change.verb in {"grant", "revoke"}:
        return [Statement(text) for text in _granting(change, seen)]
    if change.verb == "create":
        group = "@" not in change.account
        # Without a password anybody could come in: a person sets one, and unlocks it.
        return [Statement(f"CREATE ROLE IF NOT EXISTS {who}" if group else f"CREATE USER IF NOT EXISTS {who} ACCOUNT LOCK")]
    if change.verb == "lock":
        return [Statement(f"ALTER USER {who} ACCOUNT LOCK")]
    if change.verb == "join":
        joined = [Statement(f"GRANT {_quoted(change.name)} TO {who}")]
        # A role that nobody takes on by default gives nothing to a program that knows none.
        return [*joined, Statement(f"SET DEFAULT ROLE {_quoted(change.name)} FOR {who}")] if "@" in change.account else joined
    if change.verb == "leave":
        return [Statement(f"REVOKE {_quoted(change.name)} FROM {who}")]
    return []


def _granting(change: Change, seen: Seen) -> Iterable[str]:
    stored = {(grant.grantee, grant.right): grant.stored for grant in seen.grants}
    by_place: dict[tuple[str, str], list[Right]] = {}
    for right in sorted(change.rights):
        kept = stored.get((change.account, right), "") if change.verb == "revoke" else ""
        by_place.setdefault((_place(right.thing, kept), right.thing.kind), []).append(right)
    who = _account(change.account)
    for (place, kind), rights in by_place.items():
        words = [_word(right) for right in rights if right.privilege != _GRANT_OPTION]
        option = any(right.privilege == _GRANT_OPTION for right in rights)
        on = f"FUNCTION {place}" if kind == "function" else place
        if change.verb == "grant":
            yield f"GRANT {', '.join(words) or 'USAGE'} ON {on} TO {who}" + (f" WITH {_GRANT_OPTION}" if option else "")
        else:
            yield f"REVOKE {', '.join([*words, *([_GRANT_OPTION] if option else [])])} ON {on} FROM {who}"


def _word(right: Right) -> str:
    if not _PRIVILEGE.match(right.privilege):
        msg = f"{right.privilege!r} is no privilege"
        raise ValueError(msg)
    if right.thing.kind == "column":
        return f"{right.privilege} ({_quoted(right.thing.name.rpartition('.')[2])})"
    return right.privilege


def _place(thing: Thing, stored: str) -> str:
    if thing.kind == "server":
        return "*.*"
    if thing.kind == "database":
        escaped = re.sub(r"([_%])", r"\\\1", thing.database)
        return f"{_quoted(stored or escaped)}.*"
    table = thing.name.rpartition(".")[0] if thing.kind == "column" else thing.name
    return f"{_quoted(thing.database)}.{_quoted(table)}"


def _account(name: str) -> str:
    if name == PUBLIC:
        return PUBLIC
    user, at, host = name.rpartition("@")
    return f"{_quoted(user)}@{_quoted(host)}" if at else _quoted(host)


def _quoted(name: str) -> str:
    if "\0" in name:
        msg = "a name has no NUL in it"
        raise ValueError(msg)
    return "`" + name.replace("`", "``") + "`"
