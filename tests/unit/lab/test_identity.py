"""Names and subnets: the same for a checkout every time, never those of somebody else."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

import pytest

from lab.identity import Identity, choose
from muhtar.errors import MuhtarError


def test_names_derive_from_the_path() -> None:
    one, same, other = Identity(Path("/town/a")), Identity(Path("/town/a")), Identity(Path("/town/b"))
    assert one.id == same.id != other.id
    assert one.container("r1") == f"muhtar-{one.id}-r1"
    assert one.network != other.network


def test_the_subnet_lies_in_the_range() -> None:
    assert choose(0, []) == IPv4Network("10.100.0.0/24")
    assert choose(128 * 256 - 1, []) == IPv4Network("10.227.255.0/24")
    assert choose(128 * 256, []) == IPv4Network("10.100.0.0/24")


def test_a_taken_subnet_is_passed_over() -> None:
    assert choose(5, [IPv4Network("10.100.5.0/24")]) == IPv4Network("10.100.6.0/24")
    assert choose(0, [IPv4Network("10.100.0.0/16")]) == IPv4Network("10.101.0.0/24")
    # The last one gives way to the first.
    assert choose(128 * 256 - 1, [IPv4Network("10.227.255.128/25")]) == IPv4Network("10.100.0.0/24")


def test_no_subnet_left_is_said() -> None:
    with pytest.raises(MuhtarError, match="no /24"):
        choose(0, [IPv4Network("10.0.0.0/8")])


def test_a_chosen_subnet_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    taken: list[IPv4Network] = []
    monkeypatch.setattr("lab.identity._taken", lambda own: taken)
    first = Identity(Path("/town/a")).subnet
    # Now its own network is there; a second look must not mistake it for somebody else's.
    taken.append(first)
    assert Identity(Path("/town/a")).subnet == first
    again = Identity(Path("/town/a"))
    again.forget_subnet()
    assert again.subnet != first
