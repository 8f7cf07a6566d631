"""Secrets of any platform's configuration are cut out."""

from __future__ import annotations

import pytest

from nornir_tasks.conceal import conceal

SECRET = "Gizli-Deger-9"


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("eos", f"+username muhtar privilege 15 role network-admin secret sha512 {SECRET}"),
        ("eos", f"-username muhtar privilege 15 secret 5 {SECRET}"),
        ("eos", f"   neighbor 10.0.0.1 password 7 {SECRET}"),
        ("eos", f"snmp-server community {SECRET} ro"),
        ("eos", f"enable secret {SECRET}"),
        ("ios", f"tacacs-server key 7 {SECRET}"),
        ("frr", f"+ neighbor 10.0.0.1 password {SECRET}"),
        (None, f" password {SECRET}"),
    ],
)
def test_secrets_go(platform: str | None, line: str) -> None:
    found = conceal(f"hostname x\n{line}\ninterface y\n", platform)
    assert SECRET not in found
    assert found.startswith("hostname x\n")
    assert found.endswith("\ninterface y\n")


@pytest.mark.parametrize("line", ["interface Ethernet1", "   description camera cam1", "hostname sw1"])
def test_the_rest_stays(line: str) -> None:
    assert conceal(line, "eos") == line
