"""Where the devices and cables of a network go in a picture. Pure and deterministic: the same topology, the same picture.

Connected parts stand side by side. In each, the device with the most neighbours is on top, and every other as many rows below as
it is cables away; within a row, devices stand below those that they are connected to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from muhtar.topology import Link, Node, Topology

__all__ = ["Box", "Drawing", "Edge", "Port", "draw"]

WIDTH, HEIGHT = 120, 48
BETWEEN, ROWS = 56, 108
MARGIN = 34
# A row of more is broken: an access layer of a hundred switches must not become a picture ten screens wide.
MOST = 10
LONGEST = 14
# With more cables than this, the names of ports would only hide each other; the table below the picture has them.
LABELLED = 24
SWEEPS = 3


@dataclass(frozen=True)
class Box:
    """A device's place, in pixels from the upper left."""

    node: Node
    x: int
    y: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> int:
        """The middle from left to right."""
        return self.x + self.width // 2

    @property
    def shown(self) -> str:
        """The name, cut where it would not fit."""
        return _cut(self.node.name)


@dataclass(frozen=True)
class Port:
    """A port's name beside its device."""

    x: int
    y: int
    shown: str


@dataclass(frozen=True)
class Edge:
    """A cable: its SVG path and, where there is room, the names of its ports."""

    link: Link
    path: str
    ports: tuple[Port, ...]


@dataclass(frozen=True)
class Drawing:
    """The whole picture, `width` by `height` pixels."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int

    @property
    def kinds(self) -> list[str]:
        """The kinds of devices in it, for the legend."""
        return sorted({box.node.kind.value for box in self.boxes})

    @property
    def one_sided(self) -> bool:
        """Is there a cable that only one end tells of?"""
        return any(not edge.link.both for edge in self.edges)


def draw(topology: Topology) -> Drawing:
    """The picture of a topology."""
    nodes = {node.name: node for node in topology.nodes}
    links = [link for link in topology.links if link.a in nodes and link.b in nodes]
    near: dict[str, set[str]] = {name: set() for name in nodes}
    for link in links:
        if link.a != link.b:
            near[link.a].add(link.b)
            near[link.b].add(link.a)
    boxes: dict[str, Box] = {}
    left = MARGIN
    for part in _parts(near):
        rows = _rows(part, near)
        widest = max(len(row) for row in rows) * (WIDTH + BETWEEN) - BETWEEN
        for depth, row in enumerate(rows):
            start = left + (widest - (len(row) * (WIDTH + BETWEEN) - BETWEEN)) // 2
            for place, name in enumerate(row):
                boxes[name] = Box(nodes[name], start + place * (WIDTH + BETWEEN), MARGIN + depth * (HEIGHT + ROWS))
        left += widest + BETWEEN
    edges = _edges(links, boxes, labelled=len(links) <= LABELLED)
    bottom = max((box.y for box in boxes.values()), default=0) + HEIGHT + MARGIN
    return Drawing(
        tuple(boxes[name] for name in sorted(boxes)), edges, max(left - BETWEEN, 0) + MARGIN, bottom + _sag(links, boxes)
    )


def _parts(near: dict[str, set[str]]) -> list[list[str]]:
    """Connected parts, the largest first; names within each sorted."""
    left = set(near)
    parts: list[list[str]] = []
    while left:
        part, todo = set(), [min(left)]
        while todo:
            name = todo.pop()
            if name not in part:
                part.add(name)
                todo += near[name]
        left -= part
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part))


def _rows(part: list[str], near: dict[str, set[str]]) -> list[list[str]]:
    """The part by distance from its best connected device, each row in the order that crosses few cables."""
    top = min(part, key=lambda name: (-len(near[name]), name))
    depth = {top: 0}
    todo = [top]
    for name in todo:
        for other in sorted(near[name]):
            if other not in depth:
                depth[other] = depth[name] + 1
                todo.append(other)
    rows = [[name for name in part if depth[name] == level] for level in range(max(depth.values()) + 1)]
    for _ in range(SWEEPS):
        for above, row in pairwise(rows):
            place = {name: index for index, name in enumerate(above)}
            row.sort(key=lambda name: (_mean(place[other] for other in near[name] if other in place), name))
    return [row[start : start + MOST] for row in rows for start in range(0, len(row), MOST)]


def _mean(places: Iterable[int]) -> float:
    found = list(places)
    return sum(found) / len(found) if found else 0.0


def _edges(links: list[Link], boxes: dict[str, Box], *, labelled: bool) -> tuple[Edge, ...]:
    """Cables; those between the same two devices lie side by side."""
    twins: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str], int] = {}
    for link in links:
        counts[link.a, link.b] = counts.get((link.a, link.b), 0) + 1
    found = []
    for link in links:
        index = twins.get((link.a, link.b), 0)
        twins[link.a, link.b] = index + 1
        edge = _edge(link, boxes[link.a], boxes[link.b], index, counts[link.a, link.b])
        found.append(edge if labelled else Edge(link, edge.path, ()))
    return tuple(found)


def _edge(link: Link, a: Box, b: Box, index: int, count: int) -> Edge:
    # Side by side: 26 pixels apart, around the middle.
    aside = round((index - (count - 1) / 2) * 26)
    if a.y == b.y:
        return _along(link, a, b, index)
    upper, lower = (a, b) if a.y < b.y else (b, a)
    lean = max(-40, min(40, (lower.middle - upper.middle) // 5))
    x1, y1 = upper.middle + lean + aside, upper.y + upper.height
    x2, y2 = lower.middle - lean + aside, lower.y
    names = (link.a_port, link.b_port) if upper is a else (link.b_port, link.a_port)
    # The names a fifth of the way from their ends, where cables have parted.
    ports = (_port(x1 + (x2 - x1) * 0.16, y1 + 18, names[0]), _port(x2 - (x2 - x1) * 0.16, y2 - 9, names[1]))
    return Edge(link, f"M {x1} {y1} L {x2} {y2}", ports)


def _along(link: Link, a: Box, b: Box, index: int) -> Edge:
    """Between devices of one row: a bow below, so that it passes under whoever stands between them."""
    left, right = (a, b) if a.x <= b.x else (b, a)
    names = (link.a_port, link.b_port) if left is a else (link.b_port, link.a_port)
    y = left.y + left.height
    x1, x2 = left.middle + 24, right.middle - 24
    deep = y + _depth(left, right, index)
    ports = (_port(x1 + 6, y + 14, names[0]), _port(x2 - 6, y + 28, names[1]))
    return Edge(link, f"M {x1} {y} C {x1} {deep} {x2} {deep} {x2} {y}", ports)


def _depth(left: Box, right: Box, index: int) -> int:
    """How far below the row a bow's handles lie."""
    return min(84, 44 + 8 * ((right.x - left.x) // (WIDTH + BETWEEN) - 1)) + 14 * index


def _sag(links: list[Link], boxes: dict[str, Box]) -> int:
    """Room below the last row for the bows that hang from it."""
    last = max((box.y for box in boxes.values()), default=0)
    return 48 if any(boxes[link.a].y == boxes[link.b].y == last for link in links) else 0


def _port(x: float, y: float, name: str) -> Port:
    return Port(round(x), round(y), _cut(_abbreviated(name)))


def _abbreviated(name: str) -> str:
    """As people write it beside a cable: `Gi0/2`. Names of Linux and of our own (`eth0`, `to-r2`) are short and stay."""
    if not name[:1].isupper():
        return name
    from netutils.interface import abbreviated_interface_name

    short: str = abbreviated_interface_name(name)
    return short


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
