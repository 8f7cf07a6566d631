"""One difference between what is declared and what runs, and what would mend it. Told in words that fit both programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from muhtar.databases.model import Default, Right, Thing
from muhtar.outcome import Intent
from muhtar.words import some

__all__ = ["Change", "Difference", "rights_text"]

_SHOWN = 6

Verb = Literal["create", "login", "lock", "grant", "revoke", "join", "leave", "power", "no power", "own", "default"]


@dataclass(frozen=True)
class Change:
    """One step of mending: what is done to `account`; with `rights`, a `name` (role, power), `things` or a `default`."""

    verb: Verb
    account: str
    rights: frozenset[Right] = frozenset()
    name: str = ""
    things: tuple[Thing, ...] = ()
    default: Default | None = None


@dataclass(frozen=True)
class Difference:
    """`subject` is stable over runs. Without `changes` only a person can mend it, and `mend` says how."""

    subject: str
    summary: str
    wanted: str
    found: str
    intent: Intent | None = None
    mend: str | None = None
    changes: tuple[Change, ...] = ()


def rights_text(rights: Iterable[Right]) -> str:
    """A line for each kind of thing: `SELECT, INSERT on gis.public.a, gis.public.b and 12 more`."""
    by_thing: dict[Thing, list[str]] = {}
    for right in sorted(rights):
        by_thing.setdefault(right.thing, []).append(right.privilege)
    by_privileges: dict[str, list[str]] = {}
    for thing, privileges in by_thing.items():
        what = "the whole server" if thing.kind == "server" else f"{thing.kind} {thing}"
        by_privileges.setdefault(", ".join(privileges), []).append(what)
    return "\n".join(f"{privileges} on {some(things, _SHOWN)}" for privileges, things in by_privileges.items())
