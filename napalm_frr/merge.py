"""What the configuration becomes when lines are merged into it: the candidate of a merge."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["merged"]

UNDO = "no "
Path = tuple[str, ...]


def merged(running: str, changes: str) -> str:
    """`running` with `changes` applied: lines to add follow it (FRR joins contexts that appear twice), and each `no LINE`
    takes away what it names, contexts with all that is in them.

    A `no LINE` that names nothing present stays: some defaults are only shown when negated (`no bgp ebgp-requires-policy`).
    """
    gone: list[Path] = []
    keep: list[str] = []
    present = {path for path, _ in _walk(running)}
    for path, line in _walk(changes):
        undone = (*path[:-1], path[-1].removeprefix(UNDO)) if path[-1].startswith(UNDO) else None
        if undone and path not in present and any(_names(undone, known) for known in present):
            gone.append(undone)
        else:
            keep.append(line)
    base = [line for path, line in _walk(running) if not any(_within(pattern, path) for pattern in gone)]
    return "\n".join([*base, *keep]) + "\n"


def _walk(text: str) -> Iterator[tuple[Path, str]]:
    """(path, line) of each line that says something; the path is the line's contexts, by indentation, and itself."""
    open_contexts: list[tuple[int, str]] = []
    for line in text.splitlines():
        word = line.strip()
        if not word or word.startswith("!"):
            continue
        depth = len(line) - len(line.lstrip())
        while open_contexts and open_contexts[-1][0] >= depth:
            open_contexts.pop()
        yield (*(name for _, name in open_contexts), word), line.rstrip()
        open_contexts.append((depth, word))


def _names(pattern: Path, path: Path) -> bool:
    """Whether `no PATTERN` means this very line: the same contexts, and the line is the pattern or goes on after it."""
    return path[:-1] == pattern[:-1] and (path[-1] == pattern[-1] or path[-1].startswith(pattern[-1] + " "))


def _within(pattern: Path, path: Path) -> bool:
    return len(path) >= len(pattern) and _names(pattern, path[: len(pattern)])
