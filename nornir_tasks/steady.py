"""Configurations without what changes by itself: clocks, uptimes, sizes, dates, certificates' noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from nornir_tasks.config_rules import NoiseRule, Rules, rules_of

__all__ = ["is_header", "steady"]

VARIES = "<varies>"


def steady(text: str, platform: str) -> str:
    """`text` without the platform's noise: two readings of a device that nobody changed give the same.

    Raises InventoryError for a platform without rules.
    """
    kept = (_masked(line, platform) for line in _without_blocks(text.split("\n"), rules_of(platform)))
    return "\n".join(line for line in kept if line is not None)


def is_header(line: str, platform: str) -> bool:
    """Whether all of a line is noise: the device said it about its configuration, nobody configured it."""
    return _masked(line, platform) is None


@lru_cache(maxsize=1 << 16)
def _masked(line: str, platform: str) -> str | None:
    """The line, with its noise masked; None where all of it is noise."""
    for rule in rules_of(platform).volatile:
        found = rule.line.match(line) if rule.line else None
        if found and "noise" in found.groupdict():
            begin, end = found.span("noise")
            line = line[:begin] + VARIES + line[end:]
        elif found:
            return None
    return line


def _without_blocks(lines: Iterable[str], rules: Rules) -> Iterator[str]:
    """The lines, of each noisy block only the first and the last one."""
    blocks = [(rule.begin, _end(rule)) for rule in rules.volatile if rule.begin]
    until: re.Pattern[str] | None = None
    for line in lines:
        if until is not None:
            if not until.match(line):
                continue
            until = None
            yield line
            continue
        for begin, end in blocks:
            if begin.match(line):
                until = end
        yield line


def _end(rule: NoiseRule) -> re.Pattern[str]:
    if rule.end is None:
        msg = f"the rule {rule.what!r} begins a block that nothing ends"
        raise ValueError(msg)
    return rule.end
