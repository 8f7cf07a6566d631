"""How long work tells that it goes on. Workflows and doors speak to this; `muhtar.cli` decides how it looks."""

from __future__ import annotations

from typing import Protocol

__all__ = ["NoProgress", "Progress"]


class Progress(Protocol):
    """Called from any thread."""

    def child(self) -> Progress:
        """A progress of its own for work that runs beside others: their phases do not mix."""

    def phase(self, title: str, total: int | None = None) -> None:
        """A new piece of work begins; `total` counts its steps where known."""

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        """One step of the phase is done; `status` is a `Status` value or "changed"."""

    def activity(self, target: str, text: str) -> None:
        """What is being done on a target right now; counts nothing."""


class NoProgress:
    """Says nothing (tests, imports)."""

    def child(self) -> Progress:
        """Itself: silence needs no second voice."""
        return self

    def phase(self, title: str, total: int | None = None) -> None:
        """Say nothing."""

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        """Say nothing."""

    def activity(self, target: str, text: str) -> None:
        """Say nothing."""
