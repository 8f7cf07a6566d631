"""Whom the router's clock follows: chrony's answers, as `chronyc -c` writes them (chronyc(1))."""

from __future__ import annotations

import csv
from typing import Any

__all__ = ["CLOCK_COMMAND", "peers", "servers", "stats"]

# Sources, and after a line of dashes how steady each of them is.
CLOCK_COMMAND = "chronyc -n -c sources && echo --- && chronyc -n -c sourcestats"
_MODES = {"^": "server", "=": "peer", "#": "reference clock"}
# What chrony writes where no sample ever came.
_NEVER = "4294967295"


def servers(output: str) -> dict[str, dict[str, Any]]:
    """The servers that are asked."""
    return {row[2]: {} for row in _rows(output)[0] if row[0] == "^"}


def peers(output: str) -> dict[str, dict[str, Any]]:
    """The peers that are asked."""
    return {row[2]: {} for row in _rows(output)[0] if row[0] == "="}


def stats(output: str) -> list[dict[str, Any]]:
    """NAPALM's statistics, offset and jitter in milliseconds; `delay` is -1: chrony tells it to root alone."""
    sources, steadiness = _rows(output)
    jitter = {row[0]: float(row[7]) * 1000 for row in steadiness}
    return [
        {
            "remote": row[2],
            "referenceid": row[2] if row[0] == "#" else "",
            "synchronized": row[1] == "*",
            "stratum": int(row[3]),
            "type": _MODES.get(row[0], row[0]),
            "when": "never" if row[6] == _NEVER else row[6],
            "hostpoll": 2 ** int(row[4]),
            "reachability": int(row[5], 8),
            "delay": -1.0,
            "offset": float(row[8]) * 1000,
            "jitter": jitter.get(row[2], -1.0),
        }
        for row in sources
    ]


def _rows(output: str) -> tuple[list[list[str]], list[list[str]]]:
    sources, _, steadiness = output.partition("---\n")
    return [*csv.reader(sources.splitlines())], [*csv.reader(steadiness.splitlines())]
