"""One device's host keys out of everybody's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from paramiko import HostKeys

from nornir_tasks.connections.pinned import pinned

HASHED = HostKeys.hash_host("10.0.0.3")
KNOWN = f"""# a remark

sw1,10.0.0.1 ssh-ed25519 one
[10.0.0.1]:2022 ssh-ed25519 elsewhere
10.0.0.2 ssh-rsa two-rsa
10.0.0.2 ssh-ed25519 two
{HASHED} ssh-ed25519 three
*.lab.example ssh-ed25519 any
"""


@pytest.fixture
def known(tmp_path: Path) -> Path:
    path = tmp_path / "known_hosts"
    path.write_text(KNOWN)
    return path


@pytest.mark.parametrize(
    ("address", "port", "keys"),
    [
        ("10.0.0.1", None, ["one", "any"]),
        ("10.0.0.1", 22, ["one", "any"]),
        ("10.0.0.1", 2022, ["elsewhere", "any"]),
        ("10.0.0.2", 22, ["two-rsa", "two", "any"]),
        ("10.0.0.3", 22, ["three", "any"]),
        ("10.0.0.9", 22, ["any"]),
    ],
)
def test_lines_of_that_device_alone(known: Path, address: str, port: int | None, keys: list[str]) -> None:
    found = pinned(known, "sw", address, port).read_text()
    assert [line.split()[-1] for line in found.splitlines()] == keys


def test_a_new_key_is_seen(known: Path) -> None:
    before = pinned(known, "sw1", "10.0.0.1", 22)
    known.write_text(KNOWN.replace("ssh-ed25519 one", "ssh-ed25519 renewed"))
    os.utime(known, ns=(1, 1))
    assert "renewed" in pinned(known, "sw1", "10.0.0.1", 22).read_text()
    assert "one" not in before.read_text().split()
