"""Listening sockets as the kernel tells them, and as a person writes them down."""

from __future__ import annotations

from tests.support.audits import listening

TOLD = """\
udp   UNCONN 0      0            0.0.0.0:5060       0.0.0.0:*
udp   UNCONN 0      0               [::]:57895         [::]:*
tcp   LISTEN 0      511                *:443              *:*
tcp   LISTEN 0      128             [::]:22            [::]:*
tcp   LISTEN 0      128    192.0.2.31%lo:22         0.0.0.0:*
tcp   LISTEN 0      80         127.0.0.1:3306       0.0.0.0:*
tcp   LISTEN 0      80             [::1]:3306          [::]:*
tcp   LISTEN 0      80         192.0.2.7:40000      0.0.0.0:*
"""


def test_sockets_are_told_by_protocol_reach_and_port() -> None:
    assert listening(TOLD, "192.0.2.31") == {
        "udp any 5060",
        "udp any ephemeral",
        "tcp any 443",
        "tcp any 22",
        "tcp own 22",
        "tcp loopback 3306",
        "tcp 192.0.2.7 40000",
    }


def test_a_host_without_sockets_has_none() -> None:
    assert listening("", "192.0.2.31") == set()
