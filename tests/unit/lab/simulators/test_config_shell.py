import pytest

from lab.simulators.config_grammar import LineError
from lab.simulators.config_shell import Shell, parse
from lab.simulators.config_tree import Tree, render
from lab.simulators.eos.grammar import eos_grammar

GRAMMAR = eos_grammar(4)


def typed(*lines: str) -> Tree:
    """The tree after these lines, indentation meaning nothing, as over eAPI."""
    tree = Tree()
    shell = Shell(GRAMMAR, tree)
    for line in lines:
        shell.feed(line)
    return tree


def test_a_single_valued_line_replaces_the_old_one() -> None:
    assert typed("hostname a", "hostname b") == {"hostname b": None}


def test_a_second_neighbor_does_not_replace_the_first() -> None:
    tree = typed(
        "router bgp 1", "neighbor 10.0.0.1 remote-as 2", "neighbor 10.0.0.2 remote-as 2", "neighbor 10.0.0.1 remote-as 3"
    )
    assert set(tree.section("router bgp 1")) == {"neighbor 10.0.0.2 remote-as 2", "neighbor 10.0.0.1 remote-as 3"}


def test_no_of_an_object_takes_all_its_lines_and_no_others() -> None:
    tree = typed(
        "router bgp 1",
        "neighbor 10.0.0.1 remote-as 2",
        "neighbor 10.0.0.1 description x",
        "neighbor 10.0.0.11 remote-as 2",
        "no neighbor 10.0.0.1",
    )
    assert list(tree.section("router bgp 1")) == ["neighbor 10.0.0.11 remote-as 2"]


def test_no_takes_the_exact_line_where_there_is_one() -> None:
    tree = typed("ip route 10.0.0.0/8 10.0.0.1", "ip route 10.0.0.0/8 10.0.0.1 200", "no ip route 10.0.0.0/8 10.0.0.1")
    assert tree == {"ip route 10.0.0.0/8 10.0.0.1 200": None}


def test_no_without_the_value_takes_the_value() -> None:
    assert typed("interface et1", "description a", "no description") == {"interface Ethernet1": Tree()}


def test_no_switchport_leaves_the_other_switchport_lines() -> None:
    tree = typed("interface et1", "switchport access vlan 10", "no switchport")
    assert set(tree.section("interface Ethernet1")) == {"switchport access vlan 10", "no switchport"}


def test_default_forgets_both_forms() -> None:
    assert typed("interface et1", "no switchport", "default switchport") == {"interface Ethernet1": Tree()}
    assert typed("ip routing", "default ip routing") == {}


def test_a_line_of_an_outer_mode_leaves_the_section() -> None:
    assert typed("interface et1", "shutdown", "hostname a") == {
        "interface Ethernet1": Tree({"shutdown": None}),
        "hostname a": None,
    }


def test_a_range_configures_all_its_sections() -> None:
    tree = typed("interface Ethernet1-2", "shutdown")
    assert tree == {"interface Ethernet1": Tree({"shutdown": None}), "interface Ethernet2": Tree({"shutdown": None})}


def test_rules_of_an_access_list_get_numbers_once() -> None:
    tree = typed("ip access-list A", "permit ip any any", "deny ip any any", "permit ip any any")
    assert list(tree.section("ip access-list A")) == ["10 permit ip any any", "20 deny ip any any"]
    assert list(typed("ip access-list A", "permit ip any any", "no permit ip any any").section("ip access-list A")) == []


def test_text_after_a_command_reads_the_same_from_a_file_and_from_eapi() -> None:
    from_file, errors = parse(["banner motd", "Hello", "", "  town", "EOF", "hostname a"], GRAMMAR)
    assert not errors
    from_eapi = Tree()
    shell = Shell(GRAMMAR, from_eapi)
    shell.feed("banner motd", "Hello\n\n  town\n")
    shell.feed("hostname a")
    assert from_file == from_eapi == {"banner motd\nHello\n\n  town\nEOF": None, "hostname a": None}
    shell.feed("no banner motd")
    assert from_eapi == {"hostname a": None}


def test_the_word_no_counts_in_the_error() -> None:
    with pytest.raises(LineError) as caught:
        typed("no ip adress")
    assert (caught.value.index, caught.value.word) == (2, "adress")


def test_a_line_of_an_inner_mode_is_refused_at_the_top() -> None:
    with pytest.raises(LineError):
        typed("switchport mode trunk")


def test_render_puts_lines_in_the_order_of_eos_and_neighbors_together() -> None:
    tree = typed(
        "router bgp 1",
        "neighbor 10.0.0.10 remote-as 2",
        "neighbor 10.0.0.9 description b",
        "neighbor 10.0.0.9 remote-as 2",
        "interface et2",
        "hostname a",
    )
    assert render(tree, GRAMMAR) == [
        "hostname a",
        "!",
        "interface Ethernet2",
        "!",
        "router bgp 1",
        "   neighbor 10.0.0.9 remote-as 2",
        "   neighbor 10.0.0.9 description b",
        "   neighbor 10.0.0.10 remote-as 2",
    ]
