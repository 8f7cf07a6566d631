"""Changing many devices a few at a time: the first ones are canaries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from muhtar.errors import UsageError

__all__ = ["Serial"]

T = TypeVar("T")
_SIZE = re.compile(r"([0-9]+)(%?)")


@dataclass(frozen=True)
class Serial:
    """Sizes of waves as Ansible's `serial` takes them: `1,3,50%`; the last one repeats until all are done."""

    sizes: tuple[str, ...] = ("100%",)

    @classmethod
    def parse(cls, text: str | None) -> Serial:
        """All at once without a text. Raises UsageError for sizes that are none."""
        if not text:
            return cls()
        sizes = tuple(part.strip() for part in text.split(","))
        for size in sizes:
            found = _SIZE.fullmatch(size)
            if not found or int(found[1]) < 1 or (found[2] and int(found[1]) > 100):
                raise UsageError(f"--serial {text}: {size!r} is no size of a wave", mend="write numbers or percents: 1,3,50%")
        return cls(sizes)

    def cut(self, items: Sequence[T]) -> list[list[T]]:
        """The waves, each of at least one; a percentage is of all items, rounded down."""
        waves: list[list[T]] = []
        done = 0
        while done < len(items):
            size = self.sizes[min(len(waves), len(self.sizes) - 1)]
            number = int(size.rstrip("%"))
            count = max(1, len(items) * number // 100) if size.endswith("%") else number
            waves.append(list(items[done : done + count]))
            done += count
        return waves
