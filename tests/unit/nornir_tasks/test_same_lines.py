"""When two texts are surely one configuration, and when the device must be asked."""

from __future__ import annotations

import pytest

from nornir_tasks.same_lines import same_lines

RUNNING = """\
!
! Last configuration change at 10:00:00 UTC Mon Nov 23 2026 by ahmet
!
version 15.2
no service pad
hostname sw1
!
access-list 10 permit 10.0.0.1
access-list 10 deny any
!
interface GigabitEthernet0/1
 description desk
 switchport access vlan 10
!
ntp server 10.0.0.5
!
end
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("! Last configuration change at 10:00:00 UTC Mon Nov 23 2026 by ahmet\n", ""),
        ("!\n", ""),
        ("hostname sw1\n", "hostname sw1  \n"),
        ("no service pad\nhostname sw1\n", "hostname sw1\nno service pad\n"),
    ],
    ids=["nothing", "comment", "frames", "blanks at the end", "order of different commands"],
)
def test_what_does_not_matter(old: str, new: str) -> None:
    assert same_lines(RUNNING, RUNNING.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hostname sw1", "hostname sw2"),
        ("ntp server 10.0.0.5\n", ""),
        ("end\n", "ntp server 10.0.0.6\nend\n"),
        ("no service pad", "service pad"),
        ("permit 10.0.0.1\naccess-list 10 deny any", "deny any\naccess-list 10 permit 10.0.0.1"),
        (" description desk\n switchport access vlan 10\n", " switchport access vlan 10\n description desk\n"),
        ("interface GigabitEthernet0/1\n", "interface GigabitEthernet0/2\n"),
        (" description desk", "  description desk"),
        ("ntp server 10.0.0.5\n", "ntp server 10.0.0.5\nntp server 10.0.0.5\n"),
        (" description desk", "description desk"),
    ],
)
def test_what_does(old: str, new: str) -> None:
    other = RUNNING.replace(old, new)
    assert other != RUNNING
    assert not same_lines(RUNNING, other)
    assert not same_lines(other, RUNNING)


@pytest.mark.parametrize(
    "text",
    ["banner motd ^C\n! welcome\n^C\n", "macro name x\n!\n@\n", "crypto pki certificate chain c\n certificate 01\n"],
)
def test_texts_of_several_lines_are_left_to_the_device(text: str) -> None:
    assert not same_lines(RUNNING + text, RUNNING + text)


def test_nothing_is_not_the_same_as_nothing() -> None:
    assert not same_lines("", "!\n")
