"""What the history says of a report's outcomes, in the terms of the renderers."""

from __future__ import annotations

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

    def first_seen(self, outcome: Outcome) -> datetime | None:
        """When this outcome was first seen bad, as far as the history goes back."""
        return self._comparison.first_seen.get(outcome.id) if self._comparison else None
