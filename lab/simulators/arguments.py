"""Argument types that vendors share: each takes a word and gives its canonical forms, none when it does not fit."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from lab.simulators.config_grammar import Argument

__all__ = ["COMMON", "collapse", "numbers", "within"]

_RANGE = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")


def within(low: int, high: int) -> Argument:
    """A number between both, both included."""

    def accept(word: str) -> Sequence[str]:
        return (str(int(word)),) if word.isdecimal() and low <= int(word) <= high else ()

    return accept


def numbers(word: str, low: int, high: int) -> list[int]:
    """The numbers of `10,20-22`, sorted; empty when it is no such list or leaves the bounds."""
    if not _RANGE.fullmatch(word):
        return []
    found: set[int] = set()
    for part in word.split(","):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        if not low <= start <= end <= high:
            return []
        found.update(range(start, end + 1))
    return sorted(found)


def collapse(values: Iterable[int]) -> str:
    """`10,20-22` for sorted numbers."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _word(word: str) -> Sequence[str]:
    return (word,)


def _address(word: str) -> Sequence[str]:
    try:
        return (str(ipaddress.ip_address(word)),)
    except ValueError:
        return ()


def _prefix(version: int) -> Argument:
    def accept(word: str) -> Sequence[str]:
        try:
            interface = ipaddress.ip_interface(word)
        except ValueError:
            return ()
        return (str(interface),) if "/" in word and interface.version == version else ()

    return accept


def _network(word: str) -> Sequence[str]:
    """A destination: host bits are cleared, as routers do."""
    try:
        return (str(ipaddress.ip_network(word, strict=False)),) if "/" in word else ()
    except ValueError:
        return ()


def _asn(word: str) -> Sequence[str]:
    high, _, low = word.partition(".")
    if low and high.isdecimal() and low.isdecimal():
        return (word,) if 0 < int(high) < 65536 and int(low) < 65536 else ()
    return within(1, 4294967295)(word)


def _distinguisher(word: str) -> Sequence[str]:
    left, _, right = word.rpartition(":")
    return (word,) if right.isdecimal() and (_asn(left) or _address(left)) else ()


COMMON: dict[str, Argument] = {
    "WORD": _word,
    "NUM": within(0, 4294967295),
    "ADDR": _address,
    "PREFIX": _prefix(4),
    "PREFIXSIX": _prefix(6),
    "NETWORK": _network,
    "ASN": _asn,
    "RD": _distinguisher,
}
