"""Declared extensions against running endpoints: what is missing, other, or too many, and never a password in the words."""

from __future__ import annotations

from typing import Any

import pytest

from muhtar.pbx.declared import Declared
from muhtar.pbx.extensions import extensions_apart
from muhtar.pbx.models import Extension
from muhtar.secrets import Secret
from nornir_tasks.pbx_endpoints import Endpoint

ONE, TWO = "Birinci-Parola-111", "Ikinci-Parola-222"


def wanted(**of_the_second: Any) -> Declared:
    second = {"number": "1002", "name": "Police", **of_the_second}
    return Declared(
        extensions=(Extension(number="1001", name="Reception"), Extension.model_validate(second)),
        secrets={"1001": Secret(ONE), "1002": Secret(TWO)},
    )


def endpoint(number: str, name: str, secret: str | None) -> Endpoint:
    return {
        "number": number,
        "callerid": f'"{name}" <{number}>',
        "context": "internal",
        "transport": "transport-udp",
        "user": number,
        "secret": Secret(secret) if secret else None,
        "contacts": [],
        "networks": [],
    }


def running(**changes: Any) -> list[Endpoint]:
    other = endpoint("1002", "Police", TWO)
    other.update(changes)  # type: ignore[typeddict-item] # parts of it
    return [endpoint("1001", "Reception", ONE), other]


def test_what_runs_as_declared_has_no_difference() -> None:
    assert extensions_apart(wanted(), running()) == []


def test_a_missing_one_and_a_stranger_are_told_apart() -> None:
    found = extensions_apart(wanted(), [endpoint("1001", "Reception", ONE), endpoint("1999", "Mallory", None)])
    assert [(item.subject, item.summary) for item in found] == [
        ("1002", "does not run on the PBX"),
        ("1999", "runs on the PBX, but nobody declared it"),
    ]
    assert found[1].found == '"Mallory" <1999>'


@pytest.mark.parametrize(
    ("changes", "word", "found"),
    [
        ({"callerid": '"Mayor" <1002>'}, "caller id", 'caller id: "Mayor" <1002>'),
        ({"context": "international"}, "context", "context: international"),
        ({"user": ""}, "user", "user: (empty)"),
        ({"secret": Secret("Ucuncu-Parola-333")}, "password", "password: another one"),
        ({"secret": None}, "password", "password: none at all"),
    ],
)
def test_each_difference_is_named(changes: dict[str, Any], word: str, found: str) -> None:
    (difference,) = extensions_apart(wanted(), running(**changes))
    assert difference.subject == "1002"
    assert difference.summary == f"{word} not as declared"
    assert difference.found == found


def test_the_class_of_a_phone_is_the_context_that_it_must_run_in() -> None:
    (difference,) = extensions_apart(wanted(**{"class": "national"}), running())
    assert (difference.wanted, difference.found) == ("context: national", "context: internal")


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        ([], ["no phone is registered for it"]),
        ([("sip:1002@10.0.0.9", "Unreachable")], ["its phone does not answer"]),
        ([("sip:1002@10.0.0.9", "Reachable")], []),
    ],
)
def test_a_phone_that_must_be_there_is_missed(contacts: list[tuple[str, str]], said: list[str]) -> None:
    found = extensions_apart(wanted(registered=True), running(contacts=contacts))
    assert [difference.summary for difference in found] == said


def test_no_words_hold_a_password() -> None:
    words = repr(extensions_apart(wanted(), running(secret=Secret("Ucuncu-Parola-333"), callerid="x")))
    assert not any(secret in words for secret in (ONE, TWO, "Ucuncu-Parola-333"))
