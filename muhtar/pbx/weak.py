"""How a secret of a telephone or a PIN is weak. Pure; says why, never what."""

from __future__ import annotations

import math
from itertools import pairwise

from muhtar.secrets import Secret

__all__ = ["weak_pin", "weak_secret"]

SHORTEST = 12
# Bits that guessing must cost; a SIP server can be asked for years.
BITS = 40
PIN_SHORTEST = 6
# What scanners of SIP servers try first, in lower case, and what people here add.
_COMMON = frozenset(
    {"1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0000", "1111", "admin", "admin123",
     "asterisk", "changeme", "default", "freepbx", "letmein", "passw0rd", "password", "password1", "password123", "phone",
     "qwerty", "secret", "sip", "sip123", "sippassword", "telefon", "test", "test123", "trixbox", "voip", "welcome",
     "belediye", "parola", "sifre", "santral", "1q2w3e4r", "abc123", "abcd1234", "unsecurepassword", "mysecretpassword"}
)  # fmt: skip


def weak_secret(secret: Secret, number: str) -> str | None:
    """Why the secret of an extension or trunk of that number or name is weak; None where it is not."""
    text = secret.reveal()
    plain = text.lower()
    if plain == number.lower():
        return "it is the number itself"
    if plain in _COMMON or plain.replace(number.lower(), "") in _COMMON:
        return "it is one of the first that an attacker tries"
    if len(text) < SHORTEST:
        return f"it has fewer than {SHORTEST} characters"
    if number.lower() in plain and _bits(plain.replace(number.lower(), "")) < BITS:
        return "it is made of the number and little else"
    if _bits(text) < BITS:
        return "it has too few different characters for its length"
    return None


def weak_pin(pin: Secret) -> str | None:
    """Why the PIN of a route is weak; None where it is not."""
    text = pin.reveal()
    if not text.isdecimal():
        return "it has something that a keypad has not"
    if len(text) < PIN_SHORTEST:
        return f"it has fewer than {PIN_SHORTEST} digits"
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(text)}
    if len(steps) == 1 or len(set(text)) < 3:
        return "its digits follow a pattern"
    return None


def _bits(text: str) -> float:
    """Shannon's entropy of the characters, times their number: what repeats counts little."""
    total = len(text)
    counts = [text.count(sign) for sign in set(text)]
    return -sum(many * math.log2(many / total) for many in counts)
