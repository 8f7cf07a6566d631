import pytest

from lab.simulators.config_grammar import LineError
from lab.simulators.eos.grammar import eos_grammar

GRAMMAR = eos_grammar(4)


@pytest.mark.parametrize(
    ("mode", "line", "canonical"),
    [
        ("config", "hostname sw1", "hostname sw1"),
        ("config", "interface eth2", "interface Ethernet2"),
        ("config", "interface ma1", "interface Management1"),
        ("config", "ip route 10.1.2.3/16 10.0.0.1 200 name out", "ip route 10.1.0.0/16 10.0.0.1 200 name out"),
        ("interface", "switchport trunk allowed vlan 22,10,20,21", "switchport trunk allowed vlan 10,20-22"),
        ("interface", "description two  words", "description two words"),
        ("bgp", "neighbor leaf-1 remote-as 65000.1", "neighbor leaf-1 remote-as 65000.1"),
    ],
)
def test_a_line_that_fits_gets_its_canonical_form(mode: str, line: str, canonical: str) -> None:
    assert " ".join(GRAMMAR.match(mode, line.split()).rows[0]) == canonical


def test_a_range_stands_for_several_lines() -> None:
    assert [row[1] for row in GRAMMAR.match("config", ["interface", "Ethernet1,3-4"]).rows] == [
        "Ethernet1",
        "Ethernet3",
        "Ethernet4",
    ]


@pytest.mark.parametrize(
    ("mode", "line", "index", "incomplete"),
    [
        ("config", "hostnam sw1", 0, False),
        ("config", "ip adress", 1, False),
        ("config", "ip route 10.0.0.0/8", 2, True),
        ("config", "ip route 10.0.0.0/8 10.0.0.300", 3, False),
        ("config", "hostname a b", 2, False),
        ("config", "interface Ethernet5", 1, False),  # the switch has four
        ("config", "vlan 4095", 1, False),
        ("config", "username a secret 0 plain", 3, False),  # a secret in the clear would end up in the backups
        ("interface", "mtu 20", 1, False),
        ("interface", "ip address 10.0.0.1", 2, False),
        ("bgp", "neighbor 10.0.0.256 remote-as 1", 1, False),
    ],
)
def test_a_line_that_does_not_fit_says_at_which_word(mode: str, line: str, index: int, incomplete: bool) -> None:
    with pytest.raises(LineError) as caught:
        GRAMMAR.match(mode, line.split())
    assert (caught.value.index, caught.value.incomplete) == (index, incomplete)


def test_no_takes_what_the_grammar_says_and_nothing_else() -> None:
    assert GRAMMAR.match_no("interface", ["description"]).rows == (("description",),)
    assert GRAMMAR.match_no("bgp", ["neighbor", "10.0.0.2"]).rule is None
    with pytest.raises(LineError):
        GRAMMAR.match_no("config", ["ip"])


def test_every_pattern_is_unique_in_its_mode() -> None:
    for mode, rules in GRAMMAR.rules.items():
        patterns = [rule.pattern for rule in rules]
        assert len(patterns) == len(set(patterns)), mode
