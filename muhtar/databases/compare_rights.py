"""Rights against what is declared: too much, too little, too long, and by which way. PUBLIC and defaults are told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from muhtar.databases.declared import Declared
from muhtar.databases.difference import Change, Difference, rights_text
from muhtar.databases.held import Holdings
from muhtar.databases.model import Account, Right, Seen, Thing, covered
from muhtar.databases.register import PUBLIC
from muhtar.words import count, some

__all__ = ["defaults", "excess", "missing", "of_public"]

_SHOWN = 5
_NONE = "(none of these)"
What = TypeVar("What", Right, Thing)


def excess(account: Account, one: Declared | None, holdings: Holdings) -> Iterator[Difference]:
    """What the account holds in its own name and nobody declared: by a grant to it, as an owner, or by what we cannot explain."""
    name = account.name
    direct, owned, riddles = holdings.excess(name)
    expired = one.expired if one else {}
    late = {right for right in direct if right in expired}
    for database, rights in _by_database(late).items():
        last = min(expired[right] for right in rights)
        yield Difference(
            f"{name}: expired on {database}",
            f"{name} still has {count(len(rights), 'right')} on {database}; their time ended on {last}",
            f"none since {last}",
            rights_text(rights),
            one.intent if one else None,
            changes=(Change("revoke", name, frozenset(rights)),),
        )
    for database, rights in _by_database(set(direct) - late).items():
        patterns = sorted({direct[right] for right in rights if direct[right]})
        way = f" by the pattern {', '.join(patterns)}" if patterns else " by a grant to it"
        yield Difference(
            f"{name}: too much on {database}",
            f"{name} has {count(len(rights), 'right')} on {database} that nobody declared,{way}: {_gist(rights)}",
            _NONE,
            rights_text(rights),
            one.intent if one else None,
            changes=(Change("revoke", name, frozenset(rights)),),
        )
    for database, things in _by_database(owned).items():
        yield Difference(
            f"{name}: owner in {database}",
            f"{name} owns {some([f'{thing.kind} {thing}' for thing in sorted(things)], _SHOWN)}, which nobody declared",
            "another owner",
            "\n".join(f"{thing.kind} {thing}" for thing in sorted(things)),
            one.intent if one else None,
            mend="declare it (may: [owner]), or give it to another: ALTER ... OWNER TO",
        )
    for database, rights in _by_database(riddles).items():
        yield Difference(
            f"{name}: unexplained on {database}",
            f"{name} has {count(len(rights), 'right')} on {database} that nothing in its lists explains: {_gist(rights)}",
            _NONE,
            rights_text(rights),
            one.intent if one else None,
            mend="ask the server: SELECT has_table_privilege(...)",
        )


def missing(name: str, one: Declared, seen: Seen, holdings: Holdings) -> Iterator[Difference]:
    for text, intent in one.absent:
        yield Difference(
            f"{name}: {text}",
            f"{name}: {text}, though the register speaks of it",
            text.replace("no ", "a "),
            "(absent)",
            intent,
            mend="mend the register, or make it",
        )
    lacking = {right: intent for right, intent in one.required.items() if not holdings.stays(name, right)}
    for database, rights in _by_database(lacking).items():
        intents = [intent for right in sorted(rights) if (intent := lacking[right])]
        yield Difference(
            f"{name}: missing on {database}",
            f"{name} lacks {count(len(rights), 'right')} on {database}: {_gist(rights)}",
            rights_text(rights),
            "by ways alone that nobody declared" if rights & holdings.has(name) else _NONE,
            intents[0] if intents else one.intent,
            changes=(Change("grant", name, frozenset(rights)),),
        )
    others = sorted(thing for thing in one.must_own if seen.owners.get(thing) not in {name, None, "pg_database_owner"})
    for database, things in _by_database(others).items():
        yield Difference(
            f"{name}: not the owner in {database}",
            f"{name} does not own {some([f'{thing.kind} {thing}' for thing in things], _SHOWN)}",
            f"owned by {name}",
            "\n".join(f"{thing}: {seen.owners[thing]}" for thing in things),
            one.intent,
            changes=(Change("own", name, things=tuple(things)),),
        )


def of_public(one: Declared | None, seen: Seen, holdings: Holdings) -> Iterator[Difference]:
    everybody = holdings.of_public
    allowed = one.allowed if one else set()
    excess = {right for right in everybody if not covered(right, allowed, seen.engine)}
    for database, rights in _by_database(excess).items():
        gainers = sorted(name for name in seen.effective if seen.accounts[name].login and rights - holdings.allowed(name))
        reach = f"; so has each account, {some(gainers, _SHOWN)} among them" if gainers else ""
        yield Difference(
            f"PUBLIC: too much on {database}",
            f"PUBLIC has {count(len(rights), 'right')} on {database} that nobody declared: {_gist(rights)}{reach}",
            _NONE,
            rights_text(rights) + (f"\nthrough PUBLIC: {', '.join(gainers)}" if gainers else ""),
            one.intent if one else None,
            changes=(Change("revoke", PUBLIC, frozenset(rights)),),
        )
    lacking = {right for right in (one.required if one else ()) if not covered(right, everybody | holdings.given, seen.engine)}
    for database, rights in _by_database(lacking).items():
        yield Difference(
            f"PUBLIC: missing on {database}",
            f"PUBLIC lacks {count(len(rights), 'right')} on {database}: {_gist(rights)}",
            rights_text(rights),
            _NONE,
            one.intent if one else None,
            changes=(Change("grant", PUBLIC, frozenset(rights)),),
        )


def defaults(declared: Mapping[str, Declared], seen: Seen) -> Iterator[Difference]:
    """Rights on things to come: fine for whoever may have the same on all that is there in that schema now."""
    for default in seen.defaults:
        there = [thing for thing in seen.owners if (thing.kind, thing.database) == (default.kind, default.database)]
        there = [thing for thing in there if default.schema in {"", thing.schema} and thing not in seen.own]
        one = declared.get(default.grantee)
        allowed = one.allowed if one else set()
        if there and all(Right(thing, default.privilege) in allowed for thing in there if seen.owners[thing] == default.role):
            continue
        where = f"schema {default.schema}" if default.schema else "any schema"
        yield Difference(
            f"{default.grantee}: {default.privilege} on new {default.kind}s of {default.role} in {default.database}, {where}",
            f"{default.grantee} gets {default.privilege} on new {default.kind}s of {default.role} in {default.database}, {where}",
            "(no such default)",
            f"{default.privilege} on {default.kind}s to come",
            one.intent if one else None,
            changes=(Change("default", default.grantee, default=default),),
        )


def _by_database(of: Iterable[What]) -> dict[str, set[What]]:
    found: dict[str, set[What]] = defaultdict(set)
    for one in of:
        thing = one.thing if isinstance(one, Right) else one
        found["the whole server" if thing.kind == "server" else thing.database].add(one)
    return dict(sorted(found.items()))


def _gist(rights: Iterable[Right]) -> str:
    return some(rights_text(rights).splitlines(), 2, "; ")
