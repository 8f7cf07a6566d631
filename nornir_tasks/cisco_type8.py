"""Cisco's type 8 password hash (`$8$`): PBKDF2 with SHA-256, in Cisco's own alphabet.

20,000 rounds, 32 bytes, 14 characters of salt. Checked against hashcat's example for its mode 9200 in tests/unit/nornir_tasks.
"""

from __future__ import annotations

import base64
import hashlib

__all__ = ["salted", "type8"]

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_CISCO = str.maketrans(_BASE64, _ALPHABET)
_ROUNDS = 20000
_SALT_LENGTH = 14


def salted(password: str, seed: str) -> str:
    """The hash of `password` with a salt that follows from `seed`, so that it is the same at each rendering."""
    digest = hashlib.sha256(seed.encode()).digest()
    return type8(password, "".join(_ALPHABET[byte % 64] for byte in digest[:_SALT_LENGTH]))


def type8(password: str, salt: str) -> str:
    """`$8$salt$hash`."""
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS, 32)
    return f"$8${salt}${base64.b64encode(digest).decode().rstrip('=').translate(_TO_CISCO)}"
