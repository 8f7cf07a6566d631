"""The diff that frr-reload.py computes, told as people read one: contexts kept, `-` and `+` before the lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

__all__ = ["readable"]

HEADINGS = {"Lines To Delete": "-", "Lines To Add": "+"}
UNDO = "no "


@dataclass
class _Context:
    """A context (`interface eth0`): lines that change in it and contexts within. `sign` tells if it comes or goes itself."""

    sign: str = " "
    changes: list[tuple[str, str]] = field(default_factory=list)
    inner: dict[str, _Context] = field(default_factory=dict)


def readable(output: str, present: Collection[str] = ()) -> str:
    """The stdout of `frr-reload.py --test` as a diff; empty when it found nothing to do.

    `present` are the lines of the running configuration, for frr-reload counts a route that must go among the lines to
    add, as `no ip route ...`: the negation of a line that is present is its deletion.

    frr-reload prints each change as a block of commands, its contexts first, deletions as `no ...`. Here, every context
    stands once, with its deletions before its additions, in FRR's own indentation:

         interface to-r2
        - description typo
        + description link to r2
    """
    changes = [_change(sign, path, present) for sign, path in _blocks(output)]
    contexts = {path[:length] for _, path in changes for length in range(1, len(path))}
    root = _Context()
    for sign, path in changes:
        node = root
        for name in path[:-1]:
            node = node.inner.setdefault(name, _Context())
        if path in contexts:
            node.inner.setdefault(path[-1], _Context()).sign = sign
        else:
            node.changes.append((sign, path[-1]))
    return "\n".join(_lines(root, 0))


def _blocks(output: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(sign, (context, ..., line)) for each change, in order: every line stands one space deeper than its context."""
    sign, block = "", list[str]()
    for line in output.splitlines():
        text = line.rstrip()
        if not text or set(text) == {"="}:
            continue
        depth = len(text) - len(text.lstrip())
        if block and depth < len(block):
            yield sign, tuple(block)
            block = []
        if text in HEADINGS:
            sign = HEADINGS[text]
        elif sign:
            block.append(text.strip())
    if block:
        yield sign, tuple(block)


def _change(sign: str, path: tuple[str, ...], present: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """What a command does, as sign and line: a deletion is told by the line that goes, not by the command that removes it."""
    *contexts, line = path
    bare = line.removeprefix(UNDO)
    if sign == "-":
        return sign, (*contexts, bare if line.startswith(UNDO) else UNDO + line)
    if line != bare and bare in present:
        return "-", (*contexts, bare)
    return sign, path


def _lines(node: _Context, depth: int) -> Iterator[str]:
    indent = " " * depth
    changes = sorted(node.changes, key=lambda change: change[0] != "-")
    yield from (f"{sign}{indent}{line}" for sign, line in changes)
    for name, inner in node.inner.items():
        yield f"{inner.sign}{indent}{name}"
        yield from _lines(inner, depth + 1)
