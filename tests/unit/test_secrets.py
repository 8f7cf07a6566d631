from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muhtar.secrets import MASK, SHORTEST, Secret, forget_all, redact, remember

LONG = st.text(min_size=SHORTEST, max_size=30).filter(lambda text: len(text.strip()) >= SHORTEST and len(text.splitlines()) == 1)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, "{!r:>10}".format, lambda secret: f"{secret}", lambda secret: f"{secret:s}"]
)
def test_a_secret_never_shows_itself(show) -> None:
    assert "hunter22" not in show(Secret("hunter22"))


def test_a_secret_reveals_itself_only_when_asked() -> None:
    secret = Secret("hunter22")
    assert secret.reveal() == "hunter22"
    assert secret == Secret("hunter22")
    assert secret != "hunter22"
    assert len({secret, Secret("hunter22")}) == 1
    assert not hasattr(secret, "__dict__")


def test_a_secret_cannot_be_serialized() -> None:
    for serialize in (pickle.dumps, json.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            serialize(Secret("hunter22"))


def test_making_a_secret_is_enough_to_have_it_redacted() -> None:
    Secret("hunter22")
    assert redact("password hunter22!") == f"password {MASK}!"


@given(st.lists(LONG, min_size=1, max_size=5), st.text(max_size=20), st.text(max_size=20))
def test_no_remembered_value_survives(values: list[str], before: str, after: str) -> None:
    forget_all()
    remember(*values)
    for value in values:
        assert value not in redact(before + value + after).replace(MASK, "\0")


def test_a_value_within_a_longer_one_leaves_no_rest() -> None:
    remember("abcdef", "abcdefghij")
    assert redact("x abcdefghij y abcdef") == f"x {MASK} y {MASK}"


def test_lines_of_a_key_are_cut_out_one_by_one() -> None:
    remember("-----BEGIN-----\nc2VjcmV0IGxpbmU\n-----END-----\n")
    assert redact("+c2VjcmV0IGxpbmU") == f"+{MASK}"


def test_short_values_do_not_blank_ordinary_words() -> None:
    remember("admin", "   a   ", "")
    assert redact("admin said a word") == "admin said a word"
    assert redact("admin said", extra=["admin"]) == f"{MASK} said"
    assert redact("x hunter22", extra=[Secret("hunter22")]) == f"x {MASK}"
