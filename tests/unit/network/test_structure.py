"""A device's diff by section: nothing of it is lost, nothing is added, and what it means is said."""

from __future__ import annotations

import pytest

from muhtar.network.grammar import commands, commands_in_order
from muhtar.network.structure import Part, parts, signed

RUNNING = """Building configuration...

Current configuration:
!
frr version 8.4
hostname r1
log syslog errors
interface to-r2
 description link to r2
 ip ospf cost 777
exit
!
router bgp 65001
 neighbor 10.0.0.1 remote-as 65002
 neighbor 10.0.0.2 remote-as 65003
exit
!
"""
INTENDED = """hostname r1
log syslog informational
!
interface to-r2
 description link to r2
exit
!
router bgp 65001
 neighbor 10.0.0.2 remote-as 65003
 neighbor 10.0.0.1 remote-as 65002
exit
"""
DIFF = """-log syslog errors
+log syslog informational
 interface to-r2
- ip ospf cost 777
"""


def by_section(diff: str, running: str = RUNNING, intended: str = INTENDED) -> dict[str, Part]:
    return {part.section: part for part in parts(diff, running, intended)}


def test_lines_are_missing_or_extra_in_their_section() -> None:
    found = by_section(DIFF)
    assert {name: part.summary for name, part in found.items()} == {"syslog": "1 missing, 1 extra", "interfaces": "1 extra"}
    assert found["interfaces"].diff() == " interface to-r2\n- ip ospf cost 777"
    assert found["syslog"].diff() == "-log syslog errors\n+log syslog informational"


def test_what_the_device_does_not_call_a_difference_is_none() -> None:
    assert "bgp" not in by_section(DIFF)
    assert parts("", RUNNING, INTENDED) == []


def test_lines_that_moved_are_misordered() -> None:
    found = by_section(DIFF + " router bgp 65001\n- neighbor 10.0.0.1 remote-as 65002\n+ neighbor 10.0.0.1 remote-as 65002\n")
    assert found["bgp"].summary == "1 misordered"
    assert found["bgp"].diff() == " router bgp 65001\n~ neighbor 10.0.0.1 remote-as 65002"


def test_a_line_of_the_device_that_no_text_has_is_not_lost() -> None:
    found = by_section(DIFF + "-banana 3\n")
    assert found["other"].summary == "1 different"
    assert found["other"].diff(extra=False, missing=False, misordered=False) == "-banana 3"


def test_a_line_that_fits_several_places_is_put_in_none() -> None:
    running = "interface a\n shutdown\nvlan 10\n shutdown\n"
    found = parts("interface a\n- shutdown", running, "interface a\nvlan 10\n")
    assert [(part.section, part.extra, part.unplaced) for part in found] == [("other", [], ["- shutdown"])]


def test_signs_stand_in_the_first_column_or_before_the_words() -> None:
    eos = "--- system:/running-config\n+++ session:/x\n@@ -1 +1 @@\n vlan 10\n-   name x\n+   name y\n+!\n"
    assert signed(eos) == [("-", "   name x"), ("+", "   name y")]
    ios = "!Contextual Config Diffs:\ninterface Vlan1\n +description y\n -description x\n"
    assert signed(ios) == [("+", "description y"), ("-", "description x")]


def test_commands_are_those_of_the_platforms_grammar() -> None:
    told = commands("frr", RUNNING, INTENDED)
    assert told == {"syslog": "log syslog informational", "interfaces": "interface to-r2\n  no ip ospf cost 777"}
    told = commands("eos", "vlan 10\n   name x\ninterface Ethernet1\n   ip address 10.0.0.1/24\n", "vlan 10\n   name y\n")
    assert told is not None
    assert "name y" in told["vlans"]
    assert "no interface Ethernet1" in told["interfaces"]


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("eos", "username {} privilege 15 role network-admin secret sha512 {}"),
        ("ios", "username {} privilege 15 secret 8 {}"),
        ("nxos", "username {} password 5 {} role network-admin"),
    ],
)
def test_a_user_is_replaced_as_a_whole_and_removed_by_the_name(platform: str, line: str) -> None:
    old = "\n".join([line.format("ayse", "$6$old"), line.format("eski", "$6$gone")]) + "\n"
    new = line.format("ayse", "$6$new") + "\n"
    assert commands_in_order(platform, old, new) == ["no username eski", line.format("ayse", "$6$new")]


def test_commands_in_order_are_those_of_all_sections() -> None:
    told = commands_in_order("frr", RUNNING, INTENDED)
    assert told == ["log syslog informational", "interface to-r2", "  no ip ospf cost 777"]
    assert commands_in_order("routeros", "/ip service\n", "/ip service\nset telnet disabled=yes\n") is None


def test_no_commands_are_invented() -> None:
    assert commands("routeros", "/ip service\n", "/ip service\nset telnet disabled=yes\n") is None
    assert commands("frr", "banner motd X\nnever ends\n", "hostname r1\n") is None
