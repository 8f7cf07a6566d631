"""One line of a file on a host, changed and changed back by somebody who is no tool of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.context import Context
from lab.inside import inside
from lab.topology import Host
from muhtar.errors import UsageError

__all__ = ["LineEdit"]


@dataclass(frozen=True)
class LineEdit:
    """In `path`, the line `old` becomes `new` (both without indentation). A comment that holds the words is not the line."""

    path: str
    old: str
    new: str

    def make(self, context: Context, host: Host) -> None:
        """Change the line; harmless where that is done already. Raises UsageError where the file has neither line."""
        if self._has(context, host, self.new):
            return
        if not self._has(context, host, self.old):
            raise UsageError(f"{host.name}:{self.path} has no line {self.old!r}", mend="./inv provision --apply first")
        self._replace(context, host, self.old, self.new)

    def take_back(self, context: Context, host: Host) -> bool:
        """Change the line back; False where it was not changed, or not any more."""
        if not self._has(context, host, self.new):
            return False
        self._replace(context, host, self.new, self.old)
        return True

    def _has(self, context: Context, host: Host, line: str) -> bool:
        # No such file: no such line.
        return inside(context, host, "grep", "-qs", _pattern(line), self.path, check=False).returncode == 0

    def _replace(self, context: Context, host: Host, line: str, other: str) -> None:
        text = re.sub(r"([/&\\])", r"\\\1", other)
        inside(context, host, "sed", "-i", f"s/{_pattern(line)}/\\1{text}/", self.path)


def _pattern(line: str) -> str:
    """A basic regular expression of the whole line, its indentation in a group."""
    literal = re.sub(r"([][.*^$/\\])", r"\\\1", line)
    return rf"^\([[:space:]]*\){literal}$"
