"""The specification's own test vectors, the first also as openssl gives it."""

from __future__ import annotations

import pytest

from nornir_tasks.sha512_crypt import salted, sha512_crypt


@pytest.mark.parametrize(
    ("password", "salt", "rounds", "wanted"),
    [
        (
            "Hello world!",
            "saltstring",
            5000,
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        ),
        (
            "Hello world!",
            "saltstringsaltstring",
            10000,
            "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
        ),
        (
            "the minimum number is still observed",
            "roundstoolow",
            1000,
            "$6$rounds=1000$roundstoolow$kUMsbe306n21p9R.FRkW3IGn.S9NPN0x50YhH1xhLsPuWGsUSklZt58jaTfF4ZEQpyUNGc0dqbpBYYBaHHrsX.",
        ),
    ],
)
def test_vectors(password: str, salt: str, rounds: int, wanted: str) -> None:
    assert sha512_crypt(password, salt, rounds) == wanted


def test_the_same_seed_gives_the_same_hash_and_another_another() -> None:
    assert salted("parola", "sw1muhtar") == salted("parola", "sw1muhtar")
    assert salted("parola", "sw1muhtar") != salted("parola", "sw2muhtar")
    assert salted("parola", "sw1muhtar") != salted("Parola", "sw1muhtar")
