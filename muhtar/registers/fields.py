"""Kinds of values that several registers share."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

__all__ = ["Count", "Day", "Days", "Identifier", "Name", "Plain", "Size"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB)")
_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


def _day(value: Any) -> date:
    # pydantic would also take numbers, as seconds since 1970: `20270131` must not become a day of 1970.
    if isinstance(value, date):
        found = value
    elif isinstance(value, str) and _ISO.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            msg = "there is no such day"
            raise ValueError(msg) from None
    else:
        msg = "must be a day written YYYY-MM-DD"
        raise ValueError(msg)
    if not _FIRST <= found <= _LAST:
        msg = f"must lie between {_FIRST} and {_LAST}"
        raise ValueError(msg)
    return found


def _plain(value: str) -> str:
    if strange := next((sign for sign in value if sign < " " and sign not in "\n\t"), None):
        msg = f"has a control character (code {ord(strange)})"
        raise ValueError(msg)
    return value


def _size(value: Any) -> int:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        msg = "must be a number with its unit, such as 20 MB"
        raise ValueError(msg)
    return round(float(found[1]) * _UNITS[found[2]])


Day = Annotated[date, BeforeValidator(_day)]
"""A day of the calendar, written YYYY-MM-DD."""

Days = Annotated[int, Field(strict=True, ge=0, le=3650)]
"""A span of whole days, ten years at most."""

Count = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
"""How many; at least one."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""A short name that never changes: lower-case letters, digits, `.`, `_` and `-`."""

Plain = AfterValidator(_plain)
"""Text without control characters: it goes to screens, and into papers that may not hold them."""

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), Plain]
"""Words for people."""

Size = Annotated[int, BeforeValidator(_size)]
"""An amount of data with its unit (B, kB, MB, GB, TB; decimal), as bytes: `20 MB`."""
