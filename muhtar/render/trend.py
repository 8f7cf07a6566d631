"""What the history says of a report's outcomes, in the terms of the renderers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from muhtar.outcome import Outcome

if TYPE_CHECKING:
    from muhtar.compared import Compared
    from muhtar.history import Comparison

__all__ = ["Trend"]


class Trend:
    """Answers for one report; without a comparison it knows nothing and says so by None and empty counts.

    Where the report was compared with a run that somebody chose, that comparison speaks, and not the whole history.
    """

    def __init__(self, comparison: Comparison | None, compared: Compared | None = None) -> None:
        self._comparison = comparison
        self._compared = compared
        found = compared or comparison
        self._new = {one.id for one in found.new} if found else set()
        self._regressed = {one.id for one in found.regressed} if found else set()

    @property
    def counts(self) -> dict[str, int]:
        """How many outcomes are new, regressed, fixed and unchanged since the last run."""
        if self._compared is not None:
            return self._compared.counts
        if self._comparison is None:
            return {}
        return {
            "new": len(self._comparison.new),
            "regressed": len(self._comparison.regressed),
            "fixed": len(self._comparison.fixed),
            "unchanged": len(self._comparison.unchanged),
        }

    def of(self, outcome: Outcome) -> str | None:
        """ "new" or "regressed" where the history says so of this outcome."""
        if outcome.id in self._new:
            return "new"
        return "regressed" if outcome.id in self._regressed else None

    @property
    def fresh(self) -> frozenset[str]:
        """Ids of the outcomes that are new or regressed."""
        return frozenset(self._new | self._regressed)

    @property
    def since(self) -> datetime | None:
        """When the run ended that this one is compared with; None for a first one, and where nothing has become other since."""
        counts = self.counts
        changed = any(counts.get(kind) for kind in ("new", "regressed", "fixed"))
        return self._comparison.since if self._comparison and changed else None

    def first_seen(self, outcomes: Iterable[Outcome]) -> datetime | None:
        """When the first of these outcomes was first seen bad, as far as the history goes back."""
        known = self._comparison.first_seen if self._comparison else {}
        return min((known[outcome.id] for outcome in outcomes if outcome.id in known), default=None)
