"""Which roles an account can act as, and by which chain of memberships."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from muhtar.databases.model import Member

__all__ = ["BY_SET_ROLE", "chain", "reachable"]

BY_SET_ROLE = "(by SET ROLE)"
"""What stands behind a role in a chain that gives nothing by itself, only to whoever takes the role on."""


def reachable(name: str, members: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    """Every role that `name` has the rights of, or may take them on of, each with the shortest chain of memberships to it."""
    by_member: dict[str, list[Member]] = {}
    for edge in members:
        if edge.inherit or edge.takes:
            by_member.setdefault(edge.member, []).append(edge)
    found: dict[str, tuple[Member, ...]] = {}
    queue: deque[tuple[str, tuple[Member, ...]]] = deque([(name, ())])
    while queue:
        here, way = queue.popleft()
        for edge in by_member.get(here, ()):
            if edge.role not in found and edge.role != name:
                found[edge.role] = (*way, edge)
                queue.append((edge.role, found[edge.role]))
    return found


def chain(way: Iterable[Member]) -> str:
    """`reports → readers → writers (by SET ROLE)`."""
    edges = list(way)
    if not edges:
        return ""
    parts = [edges[0].member]
    parts += [edge.role if edge.inherit else f"{edge.role} {BY_SET_ROLE}" for edge in edges]
    return " → ".join(parts)
