"""Merging lines into a configuration."""

from __future__ import annotations

import pytest

from napalm_frr.merge import merged

RUNNING = """\
frr defaults traditional
hostname r1
!
ip route 172.16.1.0/24 Null0
!
interface to-r2
 description link to r2
 ip ospf cost 7
exit
!
router bgp 65001
 neighbor 10.0.12.2 remote-as 65002
 neighbor 10.0.12.2 description r2
 !
 address-family ipv4 unicast
  network 172.16.1.0/24
 exit-address-family
exit
!
end
"""


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_lines_to_add_follow() -> None:
    found = merged(RUNNING, "interface to-r2\n ip ospf cost 9\nexit\n")
    assert lines(found)[-3:] == ["interface to-r2", " ip ospf cost 9", "exit"]
    assert " description link to r2" in lines(found)


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ("interface to-r2\n no ip ospf cost 7\n", " ip ospf cost 7"),
        ("interface to-r2\n no ip ospf cost\n", " ip ospf cost 7"),
        ("no ip route 172.16.1.0/24 Null0\n", "ip route 172.16.1.0/24 Null0"),
        ("router bgp 65001\n address-family ipv4 unicast\n  no network 172.16.1.0/24\n", "  network 172.16.1.0/24"),
    ],
)
def test_no_takes_the_line_away_and_leaves_no_trace(change: str, gone: str) -> None:
    found = lines(merged(RUNNING, change))
    assert gone in lines(RUNNING)
    assert gone not in found
    assert not [line for line in found if line.strip().startswith("no ")]


def test_no_of_a_context_takes_all_that_is_in_it() -> None:
    found = merged(RUNNING, "no router bgp 65001\n")
    assert "neighbor" not in found
    assert "network 172.16.1.0/24" not in found
    assert "interface to-r2" in found


def test_no_takes_whole_words_only() -> None:
    assert " ip ospf cost 7" in lines(merged(RUNNING, "interface to-r2\n no ip ospf co\n"))


def test_no_in_another_context_takes_nothing() -> None:
    assert " ip ospf cost 7" in lines(merged(RUNNING, "interface to-r3\n no ip ospf cost 7\n"))


def test_a_negated_default_stays() -> None:
    assert " no bgp ebgp-requires-policy" in lines(merged(RUNNING, "router bgp 65001\n no bgp ebgp-requires-policy\n"))
