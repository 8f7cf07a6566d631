"""What follows a `|` in a show command: `section`, `include`, `exclude`, `begin`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab.simulators.eos.device import CommandError

__all__ = ["pipe"]


def pipe(text: str, filters: Sequence[str]) -> str:
    """The text after all filters. Raises CommandError for one that EOS has not."""
    lines = text.splitlines()
    for filter_ in filters:
        name, _, pattern = filter_.partition(" ")
        try:
            wanted = re.compile(pattern)
        except re.error as error:
            raise CommandError(f"Invalid regular expression: {error}", 1002) from None
        if name == "section":
            lines = _sections(lines, wanted)
        elif name == "begin":
            lines = lines[next((number for number, line in enumerate(lines) if wanted.search(line)), len(lines)) :]
        elif name in ("include", "exclude"):
            lines = [line for line in lines if bool(wanted.search(line)) is (name == "include")]
        else:
            raise CommandError(f"Invalid input (at token 0: '{name}')", 1002)
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
