"""Outcomes of `network.history`: is what a device runs kept?"""

from __future__ import annotations

from muhtar.errors import MuhtarError, UnreachableError
from muhtar.network.history.take import Taken
from muhtar.outcome import Outcome, Status

__all__ = ["CHECK", "outcome"]

CHECK = "network.history"


def outcome(host: str, taken: Taken) -> Outcome:
    """ok with what changed since the last time; unchecked where the device did not answer; error for half a configuration."""
    problem = taken.error or taken.history_error or taken.startup_error
    if problem is not None:
        return _made(host, taken, _status(problem), problem.message, mend=problem.mend)
    if taken.kept is None:
        return _made(host, taken, Status.ERROR, "the history says nothing about this device", mend="see the log")
    return _made(host, taken, Status.OK, f"kept: {taken.kept.what}" if taken.kept.what else "unchanged since the last time")


def _status(problem: MuhtarError) -> Status:
    return Status.UNCHECKED if isinstance(problem, UnreachableError) else Status.ERROR


def _made(host: str, taken: Taken, status: Status, summary: str, *, mend: str | None = None) -> Outcome:
    return Outcome(
        target=host, check=CHECK, status=status, summary=summary, mend=mend, started=taken.started, duration=taken.duration
    )
