"""Asterisk's patterns of dialled numbers, and what numbers a route can send to the outside. Pure."""

from __future__ import annotations

import re

from muhtar.pbx.models import Route

__all__ = ["costly", "reaches"]

_ANY = "?"
"""Some digit, whichever."""
_LETTERS = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
# Numbers as Türkiye's providers are sent them: abroad, and what is paid by the minute to whoever is called (0888, 0898, 0900).
_COSTLY = {
    "numbers abroad": ("00491711234567", "0044207123456", "001212345678", "+491711234567", "+12125550100"),
    "premium numbers": ("08881234567", "08981234567", "09001234567"),
}


def costly(route: Route) -> list[str]:
    """What of that kind the route lets through, by name."""
    return [kind for kind, numbers in _COSTLY.items() if any(reaches(route, number) for number in numbers)]


def reaches(route: Route, number: str) -> bool:
    """Can something be dialled that this route sends as `number`?"""
    if not number.startswith(route.prefix):
        return False
    return _matches(route.pattern, _ANY * route.strip + number[len(route.prefix) :])


def _matches(pattern: str, dialled: str) -> bool:
    if not pattern.startswith("_"):
        return len(pattern) == len(dialled) and all(_fits(sign, one) for sign, one in zip(dialled, pattern, strict=True))
    parts = re.findall(r"\[[^\]]*\]|.", pattern[1:])
    for place, part in enumerate(parts):
        if part == "!":
            return True
        if part == ".":
            return len(dialled) > place
        if place >= len(dialled) or not _fits(dialled[place], _signs(part)):
            return False
    return len(parts) == len(dialled)


def _fits(sign: str, among: str) -> bool:
    return sign == _ANY or sign in among


def _signs(part: str) -> str:
    if not part.startswith("["):
        return _LETTERS.get(part, part)
    found = ""
    for first, last, one in re.findall(r"(\d)-(\d)|(.)", part[1:-1]):
        found += one or "".join(str(digit) for digit in range(int(first), int(last) + 1))
    return found
