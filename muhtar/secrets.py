"""Secret values and redaction: a secret prints as `***` and is cut out of text where it enters the program."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

__all__ = ["MASK", "Secret", "forget_all", "redact", "remember"]

MASK = "***"
# Shorter values would blank ordinary words out of every log line; the schema for vault values refuses them.
SHORTEST = 6

_lock = threading.Lock()
_known: set[str] = set()


class Secret:
    """A value that must not be seen. `str()`, `repr()` and f-strings give `***`; `reveal()` gives the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        remember(value)

    def reveal(self) -> str:
        """The value itself, for a program's stdin or environment only."""
        return self._value

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> tuple[Any, ...]:
        msg = "a Secret must not be pickled"
        raise TypeError(msg)


def remember(*values: str | Secret) -> None:
    """Have `redact` cut these values out from now on. A value of several lines counts line by line too."""
    found: set[str] = set()
    for value in values:
        text = value.reveal() if isinstance(value, Secret) else value
        found.update(part for part in (text, *text.splitlines()) if len(part.strip()) >= SHORTEST)
    with _lock:
        _known.update(found)


def forget_all() -> None:
    """Drop what `remember` was given (tests)."""
    with _lock:
        _known.clear()


def redact(text: str, extra: Iterable[str | Secret] = ()) -> str:
    """`text` with every remembered secret replaced by `***`, longest first."""
    values = {value.reveal() if isinstance(value, Secret) else value for value in extra}
    with _lock:
        values |= _known
    for value in sorted((value for value in values if value), key=len, reverse=True):
        if value in text:
            text = text.replace(value, MASK)
    return text
