"""How far another machine's clock is from ours, by what it says in its answers."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["Clock"]


class Clock:
    """Keeps the best of several readings: the one whose question and answer lay closest together."""

    def __init__(self) -> None:
        self._best: tuple[float, float] | None = None

    def saw(self, asked: datetime, told: datetime, *, step: float) -> None:
        """An answer that came now to a question of `asked` says that it is `told`, in whole steps of `step` seconds."""
        took = (datetime.now(UTC) - asked).total_seconds()
        # A clock of whole seconds has on average gone half a step further than it says; the answer was made half way.
        offset = (told - asked).total_seconds() + step / 2 - took / 2
        if self._best is None or took < self._best[0]:
            self._best = (took, offset)

    @property
    def offset(self) -> float | None:
        """Its lead over our clock in seconds, negative where it lags; None before the first reading."""
        return self._best[1] if self._best else None
