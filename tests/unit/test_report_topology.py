"""A network from what its devices tell."""

from __future__ import annotations

from muhtar.outcome import Outcome, Status
from muhtar.report import Report, ReportBuilder, merge
from muhtar.topology import Kind, Link, Node, Topology


def test_a_cable_that_both_ends_tell_of_is_one() -> None:
    told = [Link.between(("r1", "to-r2"), ("r2", "to-r1")), Link.between(("r2", "to-r1"), ("r1", "to-r2"))]
    found = Topology.of([], told)
    assert [(link.ends, link.both) for link in found.links] == [(("r1", "to-r2", "r2", "to-r1"), True)]
    assert not Topology.of([], told[:1]).links[0].both


def test_a_node_keeps_the_kind_that_says_most() -> None:
    nodes = [Node(name="r1", kind=Kind.KNOWN), Node(name="r1", kind=Kind.ASKED), Node(name="r1", kind=Kind.UNKNOWN)]
    assert [node.kind for node in Topology.of(nodes, []).nodes] == [Kind.ASKED]


def part(name: str, other: str) -> Report:
    builder = ReportBuilder("network.coverage", "lab")
    builder.select(name, "network.coverage")
    builder.add(Outcome(target=name, check="network.coverage", status=Status.OK, summary="x"))
    nodes = [Node(name=name, kind=Kind.ASKED), Node(name=other, kind=Kind.KNOWN)]
    builder.draw(Topology.of(nodes, [Link.between((name, f"to-{other}"), (other, f"to-{name}"))]))
    return builder.build()


def test_shards_make_one_network() -> None:
    joined = merge("network.coverage", [part("r1", "r2"), part("r2", "r1")])
    assert joined.topology is not None
    assert [(node.name, node.kind) for node in joined.topology.nodes] == [("r1", Kind.ASKED), ("r2", Kind.ASKED)]
    assert [link.both for link in joined.topology.links] == [True]
    assert Report.model_validate_json(joined.model_dump_json()) == joined
