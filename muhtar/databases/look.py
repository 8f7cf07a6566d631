"""Ask the database servers, each on its own host: one SSH session a host, in the server's own client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from muhtar.backup.plan import reach
from muhtar.databases import mariadb, postgresql
from muhtar.databases.model import Engine, Seen
from muhtar.databases.postgresql_queries import CLUSTER, DATABASE
from muhtar.databases.probe import PROBE
from muhtar.doors.together import together
from muhtar.errors import DoorError, InventoryError, MuhtarError, ProcessTimeoutError, UnreachableError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from muhtar.settings import Site

__all__ = ["Looked", "RefusedError", "ask", "engine_of", "look", "observe"]

_ENGINES: tuple[Engine, ...] = ("postgresql", "mariadb")
_ACCOUNTS = {"postgresql": "postgres", "mariadb": "root"}
# Longer than the probe's own limit for one answer.
_LIMIT = 180.0


class RefusedError(UnreachableError):
    """The server does not answer, or not us: nobody could look."""


@dataclass(frozen=True)
class Looked:
    """What one host's server said, or why it said nothing."""

    seen: Seen | None = None
    error: Exception | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration: float = 0.0


def engine_of(target: Target) -> Engine:
    """`muhtar_database` of the host: postgresql (without one) or mariadb. Raises InventoryError for another."""
    named = str(target.vars.get("muhtar_database") or _ENGINES[0])
    for engine in _ENGINES:
        if named == engine:
            return engine
    raise InventoryError(f"muhtar_database of {target.name} is {named!r}", key="muhtar_database", mend="postgresql or mariadb")


def look(site: Site, targets: Sequence[Target]) -> dict[str, Looked]:
    """All of them side by side; whatever goes wrong is of its host alone."""
    answers = together([partial(_one, site, target) for target in targets])
    return {target.name: answer.result() for target, answer in zip(targets, answers, strict=True)}


def _one(site: Site, target: Target) -> Looked:
    started = datetime.now(UTC)
    seen: Seen | None = None
    error: Exception | None = None
    try:
        seen = observe(site, target)
    except (MuhtarError, LookupError, ValueError, TypeError) as failed:
        error = failed
    return Looked(seen, error, started, (datetime.now(UTC) - started).total_seconds())


def observe(site: Site, target: Target) -> Seen:
    """What the host's server says of itself. Raises RefusedError and UnreachableError where it says nothing to us."""
    if engine_of(target) == "postgresql":
        return postgresql.read(_told(ask(site, target, {"first": CLUSTER, "each": DATABASE})))
    return mariadb.read(_told(ask(site, target, {"first": mariadb.QUESTIONS, "each": None})))


def ask(site: Site, target: Target, request: dict[str, Any]) -> dict[str, Any]:
    """Have the probe answer on the host. Raises UnreachableError, and DoorError for what is no answer."""
    engine = engine_of(target)
    words, env = _client(target, engine)
    database = postgresql.FIRST_DATABASE if engine == "postgresql" else None
    payload = json.dumps({"words": words, "database": database, **request}).encode()
    try:
        done = reach(site, target).run(["python3", "-I", "-c", PROBE], env=env, stdin=payload, timeout=_LIMIT)
    except ProcessTimeoutError as error:
        raise UnreachableError(f"{target.name} did not answer in time", mend="see whether the database hangs") from error
    if done.returncode == 255:
        said = done.stderr.strip()[-300:] or "no reason given"
        raise UnreachableError(f"{target.name} does not answer over SSH: {said}", mend="see whether it is up and SSH answers")
    if done.returncode:
        raise DoorError(f"{target.name}: the look at its database failed: {done.stderr.strip()[-400:] or 'no reason given'}")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise DoorError(f"{target.name}: what answered is not our question's answer: {done.stdout[:80]!r}") from error
    return answer


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    if complaint := answer["errors"].get(""):
        raise RefusedError(
            f"the database server says nothing to us: {' '.join(complaint.split())}",
            mend="see docs/access.md: what Muhtar's account needs",
        )
    return answer


def _client(target: Target, engine: Engine) -> tuple[list[str], dict[str, str | Secret]]:
    """The client and its environment. Without a password it comes in by the local socket, as the system's account of the name."""
    login = str(target.vars.get("muhtar_database_login") or _ACCOUNTS[engine])
    password = target.vars.get("muhtar_database_password")
    client = list(postgresql.CLIENT if engine == "postgresql" else mariadb.CLIENT)
    if not password:
        return ["runuser", "-u", login, "--", *client], {}
    secret = Secret(str(password))
    if engine == "postgresql":
        return client, {"PGHOST": "127.0.0.1", "PGSSLMODE": "require", "PGUSER": login, "PGPASSWORD": secret}
    return [*client, "--protocol=TCP", "--host=127.0.0.1", f"--user={login}"], {"MYSQL_PWD": secret}
