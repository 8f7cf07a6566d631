"""Configurations without their secrets."""

from __future__ import annotations

import pytest

from napalm_frr.sanitize import sanitize
from tests.support.device_configs import sample, with_canaries

SECRET = "Anahtar-123"


@pytest.mark.parametrize(
    "line",
    [
        f"password {SECRET}",
        f"password 8 {SECRET}",
        f"enable password {SECRET}",
        f" neighbor 10.0.0.2 password {SECRET}",
        f"+ neighbor 10.0.0.2 password {SECRET}",
        f"-  neighbor PEERS password {SECRET}",
        f" ip ospf message-digest-key 1 md5 {SECRET}",
        f" ip ospf authentication-key {SECRET} 10.0.0.1",
        f" area 0 virtual-link 1.1.1.1 message-digest-key 1 md5 {SECRET}",
        f" isis password md5 {SECRET}",
        f" area-password clear {SECRET}",
        f" domain-password md5 {SECRET}",
        f" ip rip authentication string {SECRET}",
        f" key-string {SECRET}",
    ],
)
def test_passwords_and_keys_go(line: str) -> None:
    found = sanitize(f"!\n{line}\n interface x\n")
    assert SECRET not in found
    assert "<removed>" in found
    assert found.endswith("\n interface x\n")


def test_the_driver_knows_every_secret_that_muhtar_knows() -> None:
    text, canaries = with_canaries(sample("frr"))
    found = sanitize(text)
    assert not [canary for canary in canaries if canary in found]


@pytest.mark.parametrize("line", ["hostname r1", " description password of the door", " neighbor 10.0.0.2 remote-as 65002"])
def test_other_lines_stay(line: str) -> None:
    assert sanitize(line) == line
