"""Properties over configurations that are drawn from the grammar itself: every rule of every mode takes part."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lab.simulators.config_grammar import Element, Form, Grammar, Rule
from lab.simulators.config_shell import Shell, parse
from lab.simulators.config_tree import Tree, changes, render, touched, unified
from lab.simulators.eos.grammar import eos_grammar

GRAMMAR = eos_grammar(4)

SAMPLES = {
    "WORD": ["alpha", "beta"],
    "NUM": ["1", "10", "200"],
    "ADDR": ["10.0.0.1", "10.0.0.2", "2001:db8::1"],
    "PREFIX": ["10.0.0.1/24", "10.0.1.1/24"],
    "PREFIXSIX": ["2001:db8::1/64", "2001:db8::2/64"],
    "NETWORK": ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"],
    "ASN": ["65001", "65002"],
    "RD": ["65001:1", "65001:2"],
    "IFACE": ["Ethernet1", "Loopback0"],
    "IFACES": ["Ethernet1", "Ethernet2-3", "Vlan10"],
    "VLAN": ["10", "20"],
    "VLANS": ["10", "20-21"],
    "VLANLIST": ["10", "10,20-22", "none"],
    "HOP": ["10.0.0.1", "Ethernet1"],
    "PEER": ["10.0.0.1", "10.0.0.2", "group-a"],
    "MTU": ["1500", "9000"],
    "PRIVILEGE": ["1", "15"],
    "LINE": ["one", "two words"],
    "TEXT": [""],
}


@st.composite
def commands(draw: st.DrawFn, grammar: Grammar = GRAMMAR, mode: str | None = None, depth: int = 0) -> list[str]:
    """Lines as somebody might type them, some of them negated, sections closed by `exit`."""
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 5 if depth == 0 else 3))):
        rule = draw(st.sampled_from(grammar.rules[mode or grammar.top]))
        line = draw(_line(rule))
        if rule.opens:
            inner = draw(commands(grammar, rule.opens, depth + 1))
            lines += [line, *inner, "exit"]
        elif rule.heredoc:
            body = draw(st.sampled_from(["hello", "good day\n  town"]))
            lines.append(f"{line}\n{body}\nEOF")
        else:
            lines.append(draw(st.sampled_from(["", "", "no ", "default "])) + line)
    return lines


@st.composite
def _line(draw: st.DrawFn, rule: Rule) -> str:
    variant = draw(st.sampled_from(rule.variants))
    return " ".join(draw(_word(element)) for element in variant).strip()


def _word(element: Element) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(element.words) or SAMPLES[element.argument])


def typed(lines: list[str]) -> Tree:
    tree = Tree()
    shell = Shell(GRAMMAR, tree)
    for line in lines:
        shell.feed(line)
    return tree


@settings(max_examples=150, deadline=None)
@given(commands())
def test_what_is_rendered_reads_back_as_the_same_configuration(lines: list[str]) -> None:
    tree = typed(lines)
    again, errors = parse(render(tree, GRAMMAR), GRAMMAR)
    assert not errors
    assert again == tree
    assert render(again, GRAMMAR) == render(tree, GRAMMAR)


@settings(max_examples=150, deadline=None)
@given(commands())
def test_indentation_carries_no_meaning(lines: list[str]) -> None:
    """NAPALM strips every line before it sends it: a flat configuration must mean the same as an indented one."""
    tree = typed(lines)
    rendered = "\n".join(render(tree, GRAMMAR))
    flat = Tree()
    shell = Shell(GRAMMAR, flat)
    body: list[str] | None = None
    for line in rendered.splitlines():
        if body is None and line.startswith("banner "):
            body = [line]
        elif body is not None:
            body.append(line)
            if line == "EOF":
                shell.feed("\n".join(body))
                body = None
        else:
            shell.feed(line.strip())
    assert flat == tree


@settings(max_examples=150, deadline=None)
@given(commands(), commands())
def test_applying_the_changes_gives_the_target(before: list[str], after: list[str]) -> None:
    current, target = typed(before), typed(after)
    shell = Shell(GRAMMAR, result := current.copy())
    for line in changes(current, target, GRAMMAR):
        shell.feed(line)
    assert result == target
    assert changes(result, target, GRAMMAR) == []


@settings(max_examples=100, deadline=None)
@given(commands(), commands())
def test_the_diff_is_empty_exactly_where_nothing_differs(before: list[str], after: list[str]) -> None:
    current, target = typed(before), typed(after)
    assert (unified(current, target, GRAMMAR, ("a", "b")) == "") == (current == target)
    assert bool(touched(current, target)) == (current != target)


@settings(max_examples=60, deadline=None)
@given(commands())
def test_a_copy_shares_nothing(lines: list[str]) -> None:
    tree = typed(lines)
    before = render(tree, GRAMMAR)
    copied = tree.copy()
    for child in copied.values():
        if child is not None:
            child.clear()
    copied.clear()
    assert render(tree, GRAMMAR) == before


def test_the_samples_reach_every_argument_type() -> None:
    assert set(GRAMMAR.arguments) <= set(SAMPLES)
    assert {rule.form for rules in GRAMMAR.rules.values() for rule in rules} == set(Form)
