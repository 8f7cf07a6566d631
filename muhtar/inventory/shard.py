"""One of n equal parts of a selection, so that n pipeline jobs can share a fleet."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from muhtar.errors import UsageError

__all__ = ["Shard", "default_shard"]


@dataclass(frozen=True)
class Shard:
    """Part `index` (from 1) of `total`."""

    index: int
    total: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `i/n`. Raises UsageError for anything else."""
        match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise UsageError(f"--shard {text} is not i/n with 1 ≤ i ≤ n", mend="write --shard 2/4 for the second of four parts")
        return cls(int(match[1]), int(match[2]))

    def pick(self, names: Iterable[str]) -> set[str]:
        """This part of `names`. The parts of one set of names are disjoint, together complete, and differ by one in size.

        Only the names count, not their order, so that every job of a pipeline cuts alike.
        """
        return set(sorted(set(names))[self.index - 1 :: self.total])

    def __str__(self) -> str:
        return f"{self.index}/{self.total}"


def default_shard() -> str | None:
    """What GitLab's `parallel: N` says through CI_NODE_INDEX and CI_NODE_TOTAL; None outside of it or where N is 1."""
    index, total = os.environ.get("CI_NODE_INDEX"), os.environ.get("CI_NODE_TOTAL")
    if not index or not total or total == "1":
        return None
    return str(Shard.parse(f"{index}/{total}"))
