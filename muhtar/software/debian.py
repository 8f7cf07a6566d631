"""Which of two Debian versions is the later one, as Debian Policy 5.6.12 has it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["later"]

_PART = re.compile(r"(\D*)(\d*)")
_ENDED = (0,)


def later(one: str, other: str) -> bool:
    """Whether `one` comes after `other`."""
    return _key(one) > _key(other)


def _key(version: str) -> tuple[int, list[tuple[tuple[int, ...], int]], list[tuple[tuple[int, ...], int]]]:
    epoch, colon, rest = version.partition(":")
    upstream, _, revision = (rest if colon else version).rpartition("-")
    if not upstream:
        upstream, revision = revision, "0"
    return int(epoch) if colon else 0, list(_parts(upstream)), list(_parts(revision))


def _parts(text: str) -> Iterator[tuple[tuple[int, ...], int]]:
    """Text and number by turns. A tilde sorts before the end, the end before letters, letters before other signs."""
    for letters, digits in _PART.findall(text):
        if letters or digits:
            order = tuple(-1 if sign == "~" else ord(sign) if sign.isalpha() else ord(sign) + 256 for sign in letters)
            yield (*order, *_ENDED), int(digits or 0)
    # What goes on after this is compared with an end: nothing, and the number nought.
    yield _ENDED, 0
