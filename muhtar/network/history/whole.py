"""Is it a whole configuration, or half of one? Half of one must never take the place of a whole one."""

from __future__ import annotations

from muhtar.errors import DoorError
from muhtar.network.history.text import readable
from nornir_tasks.config_rules import Shape

__all__ = ["IncompleteConfigError", "refuse_incomplete", "refuse_shorter"]

# A configuration that lost more than half of its lines is believed only if somebody says so; a tiny one may do as it likes.
SHRINKS_TO = 0.5
TINY = 20
_HEAD = 20


class IncompleteConfigError(DoorError):
    """What the device gave is no whole configuration; what is kept of it stays as it is."""


def refuse_incomplete(data: bytes, shape: Shape, what: str) -> None:
    """Raise IncompleteConfigError where `data` is empty, or does not begin or end as the platform's configurations do."""
    lines = [line.rstrip() for line in readable(data).splitlines() if line.strip()]
    if not lines:
        raise IncompleteConfigError(f"{what} is empty", mend="look at the device; the last good version stays")
    if shape.begins is not None and not any(shape.begins.search(line) for line in lines[:_HEAD]):
        raise IncompleteConfigError(
            f"{what} does not begin as one of its platform does", mend="read it again; the last good version stays"
        )
    if shape.ends is not None and not shape.ends.search(lines[-1]):
        raise IncompleteConfigError(
            f"{what} is cut off after {len(lines)} lines: the end of one of its platform is missing",
            mend="read it again; the last good version stays",
        )


def refuse_shorter(before: str, now: str, what: str, host: str) -> None:
    """Raise IncompleteConfigError where a kept text is far shorter than the one kept before."""
    old, new = (sum(1 for line in text.splitlines() if line.strip()) for text in (before, now))
    if old >= TINY and new < old * SHRINKS_TO:
        raise IncompleteConfigError(
            f"{what} has {new} lines, the last good one had {old}",
            mend=f"look at the device; if it is right: ./inv network.backup --limit {host} --accept-shorter",
        )
