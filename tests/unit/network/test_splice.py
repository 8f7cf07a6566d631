"""One section of a configuration as intended, the rest as it runs."""

from __future__ import annotations

import difflib

import pytest

from muhtar.network.splice import spliced
from muhtar.network.structure import parts
from tests.support.device_configs import sample

RUNNING = """\
hostname sw1
!
interface Ethernet1
   description wrong
!
interface Ethernet2
!
router ospf 1
   router-id 10.0.0.9
   exit
!
ntp server 192.0.2.9
end
"""
INTENDED = """\
hostname another
!
interface Ethernet1
   description right
   mtu 9000
!
interface Ethernet3
!
router ospf 1
   router-id 10.0.0.1
!
logging host 192.0.2.5
!
ntp server 192.0.2.1
ntp server 192.0.2.2
end
"""


def test_a_section_takes_the_place_of_the_running_one() -> None:
    found = spliced(RUNNING, INTENDED, "interfaces").splitlines()
    assert found == [
        *("hostname sw1", "!", "interface Ethernet1", "   description right", "   mtu 9000", "!", "interface Ethernet3", "!"),
        *("router ospf 1", "   router-id 10.0.0.9", "   exit", "!", "ntp server 192.0.2.9", "end"),
    ]


def test_a_missing_section_comes_behind_what_it_follows_in_the_intended_configuration() -> None:
    found = spliced(RUNNING, INTENDED, "syslog").splitlines()
    assert found[found.index("logging host 192.0.2.5") - 4] == "router ospf 1"
    assert found[-2:] == ["ntp server 192.0.2.9", "end"]


def test_a_section_that_nobody_intends_goes() -> None:
    assert "router ospf" not in spliced(RUNNING, "hostname sw1\nend\n", "ospf")


def test_an_unchanged_section_leaves_the_text_as_it_is() -> None:
    assert spliced(RUNNING, RUNNING, "ntp") == RUNNING


@pytest.mark.parametrize(
    ("platform", "section", "old", "new"),
    [
        ("frr", "bgp", "remote-as 65002", "remote-as 65009"),
        ("frr", "interfaces", " isis password md5", " ip ospf cost 777\n isis password md5"),
        ("ios", "bgp", "router bgp 65001", "router bgp 65001\n maximum-paths 4"),
        ("eos", "bgp", "router bgp 65001", "router bgp 65001\n   maximum-paths 4"),
    ],
)
def test_of_a_whole_configuration_only_that_section_changes(platform: str, section: str, old: str, new: str) -> None:
    running = sample(platform)
    changed = running.replace(old, new, 1)
    assert changed != running
    intended = changed.replace("hostname ", "hostname not-", 1)
    found = spliced(running, intended, section)
    assert found == changed
    assert {part.section for part in parts(unified(running, found), running, found)} == {section}


def unified(one: str, other: str) -> str:
    return "\n".join(difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm=""))
