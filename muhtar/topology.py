"""The shape of a network, as a report carries it: devices, and the cables that they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Kind", "Link", "Node", "Topology"]


class Kind(StrEnum):
    """What is known of a node: asked in this run, known to the inventory though not asked, asked in vain, or a stranger."""

    ASKED = "asked"
    KNOWN = "known"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Node(BaseModel):
    """A device; `label` is the second line under its name (its platform, mostly)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: Kind
    label: str = ""


class Link(BaseModel):
    """A cable between two nodes and their ports, `a` before `b`. `both`: do both ends tell of it?"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    a: str
    a_port: str
    b: str
    b_port: str
    both: bool = False

    @classmethod
    def between(cls, one: tuple[str, str], other: tuple[str, str]) -> Link:
        """The link of two ends, each a device and its port, whichever told of it."""
        (a, a_port), (b, b_port) = sorted((one, other))
        return cls(a=a, a_port=a_port, b=b, b_port=b_port)

    @property
    def ends(self) -> tuple[str, str, str, str]:
        """What makes it this link and no other."""
        return (self.a, self.a_port, self.b, self.b_port)


class Topology(BaseModel):
    """Nodes by name and links by their ends, each once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()

    @classmethod
    def of(cls, nodes: Iterable[Node], told: Iterable[Link]) -> Topology:
        """From what each device told of its own cables: a link told of twice is told by both ends.

        A node given twice keeps the kind that says most: asked, then silent, then known.
        """
        rank = [Kind.ASKED, Kind.SILENT, Kind.KNOWN, Kind.UNKNOWN]
        by_name: dict[str, Node] = {}
        for node in nodes:
            before = by_name.get(node.name)
            if before is None or rank.index(node.kind) < rank.index(before.kind):
                by_name[node.name] = node
        by_ends: dict[tuple[str, ...], Link] = {}
        for link in told:
            again = link.ends in by_ends
            by_ends[link.ends] = link.model_copy(update={"both": again or link.both})
        return cls(nodes=tuple(by_name[name] for name in sorted(by_name)), links=tuple(by_ends[ends] for ends in sorted(by_ends)))

    def joined(self, other: Topology) -> Topology:
        """This and what another part of the run saw."""
        return Topology.of([*self.nodes, *other.nodes], [*self.links, *other.links])
