"""frr-reload's lists of commands, told as a diff."""

from __future__ import annotations

import pytest

from napalm_frr.diff import readable

RELOAD_TEST = """
Lines To Delete
===============
interface to-r2
 no description typo
router bgp 65001
 no neighbor 10.0.13.3 timers 1 4
router bgp 65001
 address-family ipv4 unicast
  no network 172.17.1.0/24
router bgp 65001
 bgp ebgp-requires-policy

Lines To Add
============
no ip route 172.17.1.0/24 Null0
ip route 172.16.1.0/24 Null0
interface to-r2
 description link to r2
router bgp 65001
 address-family ipv4 unicast
  network 172.16.1.0/24
router ospf
router ospf
 ospf router-id 192.168.255.1
"""


def test_nothing_to_do_is_an_empty_diff() -> None:
    assert readable("") == ""
    assert readable("\n") == ""


def test_contexts_are_kept_and_stand_once() -> None:
    assert readable(RELOAD_TEST, present={"ip route 172.17.1.0/24 Null0"}) == "\n".join(
        [
            "-ip route 172.17.1.0/24 Null0",
            "+ip route 172.16.1.0/24 Null0",
            " interface to-r2",
            "- description typo",
            "+ description link to r2",
            " router bgp 65001",
            "- neighbor 10.0.13.3 timers 1 4",
            "- no bgp ebgp-requires-policy",
            "  address-family ipv4 unicast",
            "-  network 172.17.1.0/24",
            "+  network 172.16.1.0/24",
            "+router ospf",
            "+ ospf router-id 192.168.255.1",
        ]
    )


def test_a_negation_of_what_is_not_there_is_an_addition() -> None:
    assert readable("Lines To Add\n====\nno ipv6 forwarding\n") == "+no ipv6 forwarding"


@pytest.mark.parametrize("noise", ["% some warning\n", "[123] hello\n  there\n"])
def test_what_stands_before_the_lists_is_no_change(noise: str) -> None:
    assert readable(noise + "\nLines To Delete\n=====\nno hostname r1\n") == "-hostname r1"


def test_a_whole_context_that_goes() -> None:
    assert readable("Lines To Delete\n=====\nno router bgp 65001\n") == "-router bgp 65001"
