"""A configuration that is whole and yet far shorter than the last one: it must not take that one's place unasked."""

from __future__ import annotations

from nornir_tasks.whole import IncompleteConfigError

__all__ = ["refuse_shorter"]

# A configuration that lost more than half of its lines is believed only if somebody says so; a tiny one may do as it likes.
SHRINKS_TO = 0.5
TINY = 20


def refuse_shorter(before: str, now: str, what: str, host: str) -> None:
    """Raise IncompleteConfigError where a kept text is far shorter than the one kept before."""
    old, new = (sum(1 for line in text.splitlines() if line.strip()) for text in (before, now))
    if old >= TINY and new < old * SHRINKS_TO:
        raise IncompleteConfigError(
            f"{what} has {new} lines, the last good one had {old}",
            mend=f"look at the device; if it is right: ./inv network.backup --limit {host} --accept-shorter",
        )
