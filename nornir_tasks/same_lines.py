"""Is a device's configuration, line for line, the intended one? Then no device could see a difference, and need not be asked."""

from __future__ import annotations

import re

__all__ = ["same_lines"]

# Texts of several lines, in which a line that looks like a comment, or like another command, is neither.
_FREE_TEXT = re.compile(r"(?m)^\s*(?:banner|menu|macro|event manager|crypto pki certificate|certificate)\b")
# What says nothing in a configuration of an IOS-like grammar.
_COMMENT = re.compile(r"\s*(?:!.*)?$")

_Block = tuple[str, ...]


def same_lines(running: str, intended: str) -> bool:
    """True only where that is certain; False says nothing: then the device is to be asked.

    Comments and blank lines do not count. Nor does the order of outermost lines that begin with different words (a device sorts
    those by itself); among those that begin with the same word, and everywhere deeper, it does.
    """
    if _FREE_TEXT.search(running) or _FREE_TEXT.search(intended):
        return False
    wanted = _sorted(intended)
    return bool(wanted) and _sorted(running) == wanted


def _sorted(text: str) -> dict[str, list[_Block]]:
    """The outermost lines with what stands below them, by their first word (behind a `no`), in their order."""
    blocks: list[list[str]] = []
    for raw in text.splitlines():
        if _COMMENT.match(raw):
            continue
        line = raw.rstrip()
        if line[0].isspace() and blocks:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    found: dict[str, list[_Block]] = {}
    for block in blocks:
        found.setdefault(block[0].removeprefix("no ").split(None, 1)[0], []).append(tuple(block))
    return found
