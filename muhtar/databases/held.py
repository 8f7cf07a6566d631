"""By which way an account holds a right: a grant to it, ownership, a chain of memberships, or PUBLIC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

from muhtar.databases.declared import Declared
from muhtar.databases.model import Grant, Member, Right, Seen, Thing, covered
from muhtar.databases.reach import chain, reachable
from muhtar.databases.register import PUBLIC

__all__ = ["Holdings", "Way"]

Way = Literal["superuser", "grant", "owner", "member", "public"]

_OWNERS = "pg_database_owner"


class Holdings:
    """Who holds what, worked out once for a server. What the server calls effective decides; the lists only explain it."""

    def __init__(self, declared: Mapping[str, Declared], seen: Seen) -> None:
        self._declared = declared
        self._seen = seen
        self._reach = {name: reachable(name, seen.members) for name in seen.accounts}
        self._grants: dict[str, dict[Right, Grant]] = defaultdict(dict)
        for grant in seen.grants:
            self._grants[grant.grantee][grant.right] = grant
        self._owned: dict[str, set[Thing]] = defaultdict(set)
        for thing, owner in seen.owners.items():
            self._owned[owner].add(thing)
        self._allowed: dict[str, set[Right]] = {}

    @cached_property
    def of_public(self) -> set[Right]:
        """What everybody has, beyond what came with the program and its extensions."""
        return {right for right, grant in self._grants[PUBLIC].items() if not grant.given}

    @cached_property
    def given(self) -> set[Right]:
        """What everybody has as it came."""
        return {right for right, grant in self._grants[PUBLIC].items() if grant.given}

    def has(self, name: str) -> frozenset[Right]:
        """What the account has without doing anything for it."""
        return self._seen.effective.get(name, frozenset())

    def stays(self, name: str, right: Right) -> bool:
        """Would the account still have it once all that nobody declared is gone?

        It would not where it has it by an undeclared grant to everybody or an undeclared membership alone.
        """
        if right not in self.has(name) and not covered(right, self.has(name), self._seen.engine):
            return False
        everybody = self._declared.get(PUBLIC)
        ways = [set(self._grants[name]), self.given, self.of_public & everybody.allowed if everybody else set()]
        ways += [
            self._lent(edge.role) for way in self._reach.get(name, {}).values() if self._is_declared(way) for edge in way[-1:]
        ]
        return self._owns(name, right) or any(covered(right, way, self._seen.engine) for way in ways)

    def _lent(self, role: str) -> set[Right]:
        """What a role gives its members that is declared for it."""
        grants = set(self._grants[role])
        return (
            grants
            if role.startswith("pg_")
            else {right for right in grants if covered(right, self.allowed(role), self._seen.engine)}
        )

    def _is_declared(self, way: Iterable[Member]) -> bool:
        return all(edge.member in self._declared and edge.role in self._declared[edge.member].member_of for edge in way)

    def could(self, name: str) -> set[Right]:
        """What it has, and what it would have as a role that it may take on."""
        found = set(self.has(name))
        for role in self._reach.get(name, {}):
            found |= self._seen.effective.get(role, frozenset()) or set(self._grants[role])
        return found

    def allowed(self, name: str) -> set[Right]:
        """What is declared for it, its declared groups and everybody, and what came with the program."""
        if name not in self._allowed:
            self._allowed[name] = found = set(self.given)
            waiting, done = [name, PUBLIC], set()
            while waiting:
                role = waiting.pop()
                if role in done:
                    continue
                done.add(role)
                if (one := self._declared.get(role)) is not None:
                    found |= one.allowed
                    waiting += one.member_of
                if role.startswith("pg_"):
                    found |= set(self._grants[role])
        return self._allowed[name]

    def may_own(self, name: str) -> set[Thing]:
        """What it, or a declared group of it, may own."""
        found: set[Thing] = set()
        waiting, done = [name], set()
        while waiting:
            role = waiting.pop()
            if role not in done and (one := self._declared.get(role)) is not None:
                found |= one.owns
                waiting += one.member_of
            done.add(role)
        return found

    def brought(self, name: str, edge: Member) -> set[Right]:
        """What a membership gives that nobody declared and not everybody has."""
        roles = {edge.role, *self._reach.get(edge.role, {})}
        rights = {right for role in roles for right in self._seen.effective.get(role, self._grants[role])}
        beside = self.allowed(name) | self.of_public
        return {right for right in rights if not covered(right, beside, self._seen.engine)}

    def excess(self, name: str) -> tuple[dict[Right, str], set[Thing], set[Right]]:
        """What nobody declared: rights by a grant to it (and its pattern), things that it owns, and rights without a reason.

        What it has by PUBLIC or by a membership is not its own: that is told of PUBLIC, of the group or of the membership.
        """
        allowed, mine = self.allowed(name), self.may_own(name)
        owned = {thing for thing in self._owned[name] if thing not in mine}
        direct = {
            right: grant.pattern
            for right, grant in self._grants[name].items()
            if not grant.given and not covered(right, allowed, self._seen.engine)
        }
        elsewhere = [*self._reach.get(name, {}), PUBLIC]
        riddles = {
            right
            for right in self.could(name)
            if not covered(right, allowed, self._seen.engine)
            and right not in direct
            and not self._explained(right, name, elsewhere)
        }
        return direct, owned, riddles

    def ways(self, name: str, rights: Iterable[Right]) -> list[tuple[Way, str]]:
        """Every way by which the account holds some of the rights; beside a membership, its chain."""
        wanted = list(rights)
        found: dict[tuple[Way, str], None] = {}
        if self._seen.accounts[name].superuser:
            found["superuser", ""] = None
        for role, way in {name: (), **self._reach.get(name, {})}.items():
            grants = self._grants[role].keys()
            if any(covered(right, grants, self._seen.engine) for right in wanted):
                found["member" if way else "grant", chain(way)] = None
            if any(self._owns(role, right) for right in wanted):
                found["member" if way else "owner", chain(way)] = None
        if any(covered(right, self.of_public, self._seen.engine) for right in wanted):
            found["public", ""] = None
        return list(found)

    def _explained(self, right: Right, name: str, roles: list[str]) -> bool:
        return any(
            self._owns(role, right) or covered(right, self._grants[role].keys(), self._seen.engine) for role in (name, *roles)
        )

    def _owns(self, role: str, right: Right) -> bool:
        thing = right.thing
        if thing.kind == "column":
            thing = Thing("table", thing.database, thing.schema, thing.name.rpartition(".")[0])
        owner = self._seen.owners.get(thing)
        # Whoever owns a database is a member of pg_database_owner in it.
        owners = {owner, self._seen.owners.get(Thing("database", thing.database))} if owner == _OWNERS else {owner}
        return role in owners
