"""The picture of a network: always the same for the same topology, everybody in it once, nobody upon another."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.render.drawing import LABELLED, draw
from muhtar.report import ReportBuilder
from muhtar.topology import Kind, Link, Node, Topology

NAMES = st.integers(0, 30).map(lambda number: f"d{number}")
ENDS = st.tuples(NAMES, st.sampled_from(["1", "2"]))


@st.composite
def topologies(draw_one: st.DrawFn) -> Topology:
    links = [Link.between(*ends) for ends in draw_one(st.lists(st.tuples(ENDS, ENDS), max_size=40)) if ends[0][0] != ends[1][0]]
    names = {link.a for link in links} | {link.b for link in links} | draw_one(st.sets(NAMES))
    return Topology.of([Node(name=name, kind=Kind.ASKED) for name in names], links)


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_everybody_is_in_the_picture_and_nobody_upon_another(topology: Topology) -> None:
    drawing = draw(topology)
    assert [box.node for box in drawing.boxes] == list(topology.nodes)
    assert [edge.link for edge in drawing.edges] == list(topology.links)
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - box.width
        assert 0 <= box.y <= drawing.height - box.height
    for one, other in combinations(drawing.boxes, 2):
        assert abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= one.height
    assert drawing == draw(Topology.of(reversed(topology.nodes), reversed(topology.links)))


def test_ports_are_named_where_there_is_room() -> None:
    nodes = [Node(name=name, kind=Kind.ASKED) for name in ("a", "b")]
    few = [Link.between(("a", str(port)), ("b", str(port))) for port in range(LABELLED)]
    assert all(len(edge.ports) == 2 for edge in draw(Topology.of(nodes, few)).edges)
    assert len({edge.path for edge in draw(Topology.of(nodes, few)).edges}) == LABELLED
    many = [*few, Link.between(("a", "x"), ("b", "x"))]
    assert not any(edge.ports for edge in draw(Topology.of(nodes, many)).edges)


def test_ports_are_named_as_people_name_them() -> None:
    nodes = [Node(name=name, kind=Kind.ASKED) for name in ("a", "b")]
    (edge,) = draw(Topology.of(nodes, [Link.between(("a", "GigabitEthernet0/2"), ("b", "to-a"))])).edges
    assert {port.shown for port in edge.ports} == {"Gi0/2", "to-a"}


def page(topology: Topology | None, lang: str = "en") -> str:
    builder = ReportBuilder("network.coverage", "lab")
    builder.select("r1", "network.coverage")
    builder.add(Outcome(target="r1", check="network.coverage", status=Status.OK, summary="x"))
    if topology:
        builder.draw(topology)
    return render("html", builder.build(), Context(lang=lang))


def test_the_html_report_has_the_picture_with_everything_escaped() -> None:
    hostile = '<script>alert("x")</script>'
    nodes = [Node(name="r1", kind=Kind.ASKED, label="frr"), Node(name=hostile, kind=Kind.UNKNOWN)]
    text = page(Topology.of(nodes, [Link.between(("r1", hostile), (hostile, "1"))]))
    assert hostile not in text
    svg = ElementTree.fromstring(text[text.index('<svg class="topology"') : text.index("</svg>") + 6])
    space = "{http://www.w3.org/2000/svg}"
    assert [title.text for title in svg.iter(f"{space}title")][1] == f"{hostile}: not in the inventory"
    assert "2 devices and 1 cables" in (svg.find(f"{space}desc").text or "")  # type: ignore[union-attr]
    assert "only one end tells of it" in text


def test_a_report_without_a_network_has_no_picture() -> None:
    assert '<section id="topology"' not in page(None)
    assert '<section id="topology"' not in page(Topology())
