"""SHA-512 crypt (`$6$`), the hash in which EOS and Linux keep passwords; Python lost its own with 3.13.

After Ulrich Drepper's specification, checked against its test vectors in tests/unit/nornir_tasks.
"""

from __future__ import annotations

import hashlib

__all__ = ["salted", "sha512_crypt"]

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS = 5000
_SALT_LENGTH = 16


def salted(password: str, seed: str) -> str:
    """The hash of `password` with a salt that follows from `seed`.

    The same password for the same device and user is the same hash each time, as a configuration that must not differ from
    one rendering to the next needs; another device has another salt.
    """
    digest = hashlib.sha512(seed.encode()).digest()
    return sha512_crypt(password, "".join(_ALPHABET[byte % 64] for byte in digest[:_SALT_LENGTH]))


def sha512_crypt(password: str, salt: str, rounds: int = _ROUNDS) -> str:
    """`$6$salt$hash`; other than 5000 rounds are named in it."""
    key, seasoning = password.encode(), salt[:_SALT_LENGTH].encode()
    digest = _stretched(key, seasoning, _mixed(key, seasoning), rounds)
    named = "" if rounds == _ROUNDS else f"rounds={rounds}$"
    return f"$6${named}{salt[:_SALT_LENGTH]}${_encoded(digest)}"


def _mixed(key: bytes, salt: bytes) -> bytes:
    other = hashlib.sha512(key + salt + key).digest()
    mixed = hashlib.sha512(key + salt + _repeated(other, len(key)))
    length = len(key)
    while length:
        mixed.update(other if length & 1 else key)
        length >>= 1
    return mixed.digest()


def _stretched(key: bytes, salt: bytes, digest: bytes, rounds: int) -> bytes:
    keys = _repeated(hashlib.sha512(key * len(key)).digest(), len(key))
    salts = _repeated(hashlib.sha512(salt * (16 + digest[0])).digest(), len(salt))
    for number in range(rounds):
        step = hashlib.sha512(keys if number & 1 else digest)
        if number % 3:
            step.update(salts)
        if number % 7:
            step.update(keys)
        step.update(digest if number & 1 else keys)
        digest = step.digest()
    return digest


def _repeated(block: bytes, length: int) -> bytes:
    return (block * (length // len(block) + 1))[:length]


def _encoded(digest: bytes) -> str:
    """Three bytes at a time in the order that the specification shuffles them into, six bits a character."""
    text = ""
    for index in range(21):
        first, second, third = (
            (index, index + 21, index + 42),
            (index + 21, index + 42, index),
            (index + 42, index, index + 21),
        )[index % 3]
        text += _characters(digest[first] << 16 | digest[second] << 8 | digest[third], 4)
    return text + _characters(digest[63], 2)


def _characters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 6 * place & 63] for place in range(count))
