"""What is asked of a MariaDB server, and its answers as what was seen of it.

MariaDB has no function that says what somebody may do, so that is worked out as the server does: from the lists that it holds in
memory (information_schema), the roles of an account, the roles of those, and PUBLIC.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from muhtar.databases.model import Account, Grant, Member, Right, Seen, Thing
from muhtar.databases.reach import reachable

__all__ = ["CLIENT", "QUESTIONS", "read"]

CLIENT = ("mariadb", "--batch", "--raw", "--skip-column-names", "--connect-timeout=10", "--default-character-set=utf8mb4")
_BUILTIN = frozenset({"root@localhost", "mysql@localhost", "mariadb.sys@localhost"})
_GRANTEE = re.compile(r"'(?P<user>(?:[^']|'')*)'@'(?P<host>[^']*)'\Z")
_WILD = re.compile(r"(?<!\\)[%_]")
_SYSTEM = frozenset({"information_schema", "performance_schema", "sys"})

# A line of JSON each. How accounts are known stands in global_priv beside the hashes of their passwords, which are not asked for.
QUESTIONS = r"""
SET SESSION max_statement_time = 60;
SELECT JSON_OBJECT('version', VERSION(), 'me', CURRENT_USER());
SELECT JSON_OBJECT('database', SCHEMA_NAME) FROM information_schema.SCHEMATA;
SELECT JSON_OBJECT('account', JSON_ARRAY(User, Host, JSON_VALUE(Priv, '$.plugin'),
 JSON_VALUE(Priv, '$.account_locked'), JSON_VALUE(Priv, '$.is_role'),
 COALESCE(JSON_VALUE(Priv, '$.authentication_string'), '') = '', JSON_VALUE(Priv, '$.password_last_changed'),
 JSON_VALUE(Priv, '$.password_lifetime'), JSON_EXISTS(Priv, '$.auth_or'))) FROM mysql.global_priv;
SELECT JSON_OBJECT('member', JSON_ARRAY(User, Host, Role, Admin_option)) FROM mysql.roles_mapping WHERE User <> '';
SELECT JSON_OBJECT('listed', GRANTEE) FROM information_schema.USER_PRIVILEGES GROUP BY GRANTEE;
SELECT JSON_OBJECT('grant', JSON_ARRAY('server', GRANTEE, '*', '', PRIVILEGE_TYPE, IS_GRANTABLE))
 FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' OR IS_GRANTABLE = 'YES';
SELECT JSON_OBJECT('grant', JSON_ARRAY('database', GRANTEE, TABLE_SCHEMA, '', PRIVILEGE_TYPE, IS_GRANTABLE))
 FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' OR IS_GRANTABLE = 'YES';
SELECT JSON_OBJECT('grant', JSON_ARRAY('table', GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE))
 FROM information_schema.TABLE_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' OR IS_GRANTABLE = 'YES';
SELECT JSON_OBJECT('grant', JSON_ARRAY('column', GRANTEE, TABLE_SCHEMA, CONCAT(TABLE_NAME, '.', COLUMN_NAME), PRIVILEGE_TYPE,
 IS_GRANTABLE)) FROM information_schema.COLUMN_PRIVILEGES;
SELECT JSON_OBJECT('routine', JSON_ARRAY(User, Host, Db, Routine_name, Proc_priv)) FROM mysql.procs_priv;
SELECT JSON_OBJECT('connected', JSON_ARRAY(USER, HOST)) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID();
SELECT JSON_OBJECT('used', JSON_ARRAY(USER, TOTAL_CONNECTIONS)) FROM information_schema.USER_STATISTICS;
SELECT JSON_OBJECT('setting', JSON_ARRAY(VARIABLE_NAME, VARIABLE_VALUE)) FROM information_schema.GLOBAL_VARIABLES
 WHERE VARIABLE_NAME IN ('REQUIRE_SECURE_TRANSPORT', 'HAVE_SSL', 'TLS_VERSION', 'BIND_ADDRESS', 'SKIP_NETWORKING', 'LOCAL_INFILE',
 'OLD_PASSWORDS', 'SKIP_GRANT_TABLES', 'USERSTAT', 'SECURE_AUTH');
"""


def read(answer: dict[str, Any]) -> Seen:
    """What the probe brought back. Raises KeyError and the like for an answer that is none of MariaDB's."""
    rows: dict[str, list[Any]] = defaultdict(list)
    first: dict[str, str] = answer["first"][0]
    for line in answer["first"][1:]:
        ((kind, row),) = line.items()
        rows[kind].append(row)
    databases = tuple(sorted(set(rows["database"]) - _SYSTEM))
    settings = {name.lower(): str(value) for name, value in rows["setting"]}
    accounts = _accounts(rows, userstat=settings.get("userstat") == "ON")
    members = tuple(
        sorted(Member(_name(user, host), role, inherit=True, admin=admin == "Y") for user, host, role, admin in rows["member"])
    )
    grants = tuple(sorted(set(_grants(rows, databases))))
    held: dict[str, set[Right]] = defaultdict(set)
    for grant in grants:
        held[grant.grantee].add(grant.right)
    effective = {
        name: frozenset(held[name].union(held["PUBLIC"], *(held[role] for role in reachable(name, members))))
        for name, account in accounts.items()
        if not account.builtin
    }
    return Seen(
        "mariadb",
        first["version"],
        accounts,
        members,
        grants,
        effective,
        {},
        databases,
        settings=settings,
        blind=_blind(first["me"], rows),
    )


def _blind(me: str, rows: dict[str, list[Any]]) -> tuple[str, ...]:
    """Whoever may not read all of `mysql` is shown his own rights alone, without a word."""
    listed = {_who(grantee) for grantee in rows["listed"]}
    unlisted = sorted(
        _name(user, host)
        for user, host, _plugin, _locked, role, *_ in rows["account"]
        if role is None and _name(user, host) not in listed
    )
    return (f"rights of {', '.join(unlisted)}: SELECT on mysql.* is missing for {me}",) if unlisted else ()


def _who(grantee: str) -> str:
    match = _GRANTEE.match(grantee)
    return _name(match["user"].replace("''", "'"), match["host"]) if match else grantee


def _name(user: str, host: str) -> str:
    return f"{user}@{host}" if host else user


def _accounts(rows: dict[str, list[Any]], *, userstat: bool) -> dict[str, Account]:
    connected = {user for user, _host in rows["connected"]}
    used = dict(rows["used"])
    found = {}
    for user, host, plugin, locked, role, empty, changed, lifetime, either in rows["account"]:
        name = _name(user, host)
        group = role in {"1", "true"}
        if group and user == "PUBLIC":
            continue
        seen = "connected now" if user in connected else "unknown"
        if seen == "unknown" and userstat:
            seen = "since the server's start" if used.get(user) else "not since the server's start"
        found[name] = Account(
            name=name,
            login=not group and locked not in {"1", "true"},
            powers=frozenset(),
            builtin=name in _BUILTIN,
            password="none" if empty and not either and plugin in {"mysql_native_password", "", None} else str(plugin or "role"),
            valid_until=_valid_until(changed, lifetime),
            seen=seen,
        )
    return found


def _valid_until(changed: str | None, lifetime: str | None) -> datetime | None:
    """When the password runs out; None where it does not, or by the server's default only."""
    if changed == "0":
        return datetime.fromtimestamp(0, UTC)
    if changed is None or lifetime is None or int(lifetime) <= 0:
        return None
    return datetime.fromtimestamp(int(changed), UTC) + timedelta(days=int(lifetime))


def _grants(rows: dict[str, list[Any]], databases: tuple[str, ...]) -> list[Grant]:
    found = []
    for kind, grantee, database, name, privilege, grantable in rows["grant"]:
        who = _who(grantee)
        plain, pattern = _database(database, databases) if kind == "database" else (database, "")
        thing = Thing(kind, plain, "", name)
        if privilege != "USAGE":
            found.append(Grant(who, Right(thing, privilege), pattern=pattern, stored=database))
        if grantable == "YES":
            found.append(Grant(who, Right(thing, "GRANT OPTION"), pattern=pattern, stored=database))
    for user, host, database, name, privileges in rows["routine"]:
        for privilege in filter(None, str(privileges).split(",")):
            words = "GRANT OPTION" if privilege == "Grant" else privilege.upper()
            found.append(Grant(_name(user, host), Right(Thing("function", database, "", name), words)))
    return found


def _database(name: str, databases: tuple[str, ...]) -> tuple[str, str]:
    """The database that the name in a grant means, and the pattern where it means more than one or none that is there."""
    plain = re.sub(r"\\([%_\\])", r"\1", name)
    if not _WILD.search(name):
        return plain, ""
    like = re.compile(
        "".join(
            {"%": ".*", "_": "."}.get(part, re.escape(part.removeprefix("\\"))) for part in re.findall(r"\\.|.", name, re.DOTALL)
        )
        + r"\Z",
        re.DOTALL,
    )
    reached = [database for database in databases if like.match(database)]
    # `zm_x` where there is just that database is how people write its name; any other reach is a pattern's.
    return (plain, "") if reached == [plain] else (name, f"{name} ({', '.join(reached) or 'no database yet'})")
