"""What follows a `|` in a show command: `section`, `include`, `exclude`, `begin`."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["PipeError", "pipe"]

_NAMES = ("section", "include", "exclude", "begin")


class PipeError(Exception):
    """A filter that there is not, or (`pattern`) one whose regular expression is none."""

    def __init__(self, message: str, *, pattern: bool) -> None:
        super().__init__(message)
        self.pattern = pattern


def pipe(text: str, filters: Sequence[str]) -> str:
    """The text after all filters. Raises PipeError. Names may be shortened, as in `| inc ntp`."""
    lines = text.splitlines()
    for filter_ in filters:
        word, _, pattern = filter_.strip().partition(" ")
        name = next((name for name in _NAMES if word and name.startswith(word)), "")
        if not name:
            raise PipeError(word, pattern=False)
        try:
            wanted = re.compile(pattern.strip())
        except re.error as error:
            raise PipeError(str(error), pattern=True) from None
        if name == "section":
            lines = _sections(lines, wanted)
        elif name == "begin":
            lines = lines[next((number for number, line in enumerate(lines) if wanted.search(line)), len(lines)) :]
        else:
            lines = [line for line in lines if bool(wanted.search(line)) is (name == "include")]
    return "".join(f"{line}\n" for line in lines)


def _sections(lines: Sequence[str], wanted: re.Pattern[str]) -> list[str]:
    """Matching lines with all that stands under them, and the heads of the sections that they stand in."""
    shown: list[str] = []
    heads: list[tuple[int, str, bool]] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        heads = [head for head in heads if head[0] < depth]
        inside = any(taken for _, _, taken in heads)
        if line.strip() == "!" and not inside:
            continue
        taken = inside or bool(wanted.search(line))
        if taken and not inside:
            shown.extend(head for _, head, _ in heads if head not in shown)
        if taken:
            shown.append(line)
        heads.append((depth, line, taken))
    return shown
