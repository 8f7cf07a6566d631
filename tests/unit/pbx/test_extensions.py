"""Declared extensions against running endpoints: what is missing, other, or too many, and never a password in the words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.pbx.extensions import Extension, compare, declared
from muhtar.secrets import Secret
from nornir_tasks.get_pbx_endpoints import Endpoint

ONE, TWO = "Birinci-Parola-111", "Ikinci-Parola-222"
WANTED = [Extension("1001", "Reception", Secret(ONE)), Extension("1002", "Police", Secret(TWO))]


def endpoint(number: str, name: str, secret: str | None) -> Endpoint:
    return {
        "number": number,
        "callerid": f'"{name}" <{number}>',
        "context": "internal",
        "user": number,
        "secret": Secret(secret) if secret else None,
        "registered": 0,
    }


def running(**changes: Any) -> list[Endpoint]:
    other: Any = endpoint("1002", "Police", TWO)
    return [endpoint("1001", "Reception", ONE), {**other, **changes}]


def test_what_runs_as_declared_has_no_difference() -> None:
    assert compare(WANTED, running()) == []


def test_a_missing_one_and_a_stranger_are_told_apart() -> None:
    found = compare(WANTED, [endpoint("1001", "Reception", ONE), endpoint("1999", "Mallory", None)])
    assert [(item.number, item.summary) for item in found] == [
        ("1002", "does not run on the PBX"),
        ("1999", "runs on the PBX, but nobody declared it"),
    ]
    assert found[1].found == '"Mallory" <1999>'


@pytest.mark.parametrize(
    ("changes", "word", "found"),
    [
        ({"callerid": '"Mayor" <1002>'}, "caller id", 'caller id: "Mayor" <1002>'),
        ({"context": "outside"}, "context", "context: outside"),
        ({"user": ""}, "user", "user: (empty)"),
        ({"secret": Secret("Ucuncu-Parola-333")}, "password", "password: another one"),
        ({"secret": None}, "password", "password: none at all"),
    ],
)
def test_each_difference_is_named(changes: dict[str, Any], word: str, found: str) -> None:
    (difference,) = compare(WANTED, running(**changes))
    assert difference.number == "1002"
    assert difference.summary == f"{word} not as declared"
    assert difference.found == found


def test_no_words_hold_a_password() -> None:
    words = repr(compare(WANTED, running(secret=Secret("Ucuncu-Parola-333"), callerid="x")))
    assert not any(secret in words for secret in (ONE, TWO, "Ucuncu-Parola-333"))


def pbx1(**values: Any) -> Target:
    return Target("pbx1", ("pbx",), MappingProxyType(values))


def test_the_inventory_says_who_is_declared() -> None:
    target = pbx1(asterisk_extensions=[{"number": "1001", "name": "Reception"}], asterisk_extension_secrets={"1001": ONE})
    assert declared(target) == WANTED[:1]
    assert declared(pbx1()) == []


def test_an_extension_without_a_secret_is_a_mistake_in_the_inventory() -> None:
    with pytest.raises(InventoryError, match="extension 1002 of pbx1 has no secret"):
        declared(pbx1(asterisk_extensions=[{"number": "1002", "name": "Police"}], asterisk_extension_secrets={"1001": ONE}))
