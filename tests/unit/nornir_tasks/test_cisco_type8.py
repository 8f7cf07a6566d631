"""Cisco's type 8 hash."""

from __future__ import annotations

from nornir_tasks.cisco_type8 import salted, type8


def test_hashcats_example() -> None:
    """Mode 9200 of hashcat's list of examples, password `hashcat`."""
    assert type8("hashcat", "TnGX/fE4KGHOVU") == "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk"


def test_the_salt_follows_from_the_device_and_user() -> None:
    assert salted("parola", "sw3muhtar") == salted("parola", "sw3muhtar")
    assert salted("parola", "sw3muhtar") != salted("parola", "sw4muhtar")
