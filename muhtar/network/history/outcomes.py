"""Outcomes of devices that were read: is what they run kept, and saved?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from muhtar.errors import LockedError, MuhtarError, UnreachableError
from muhtar.inventory import Target
from muhtar.network import unsaved
from muhtar.network.history.take import Taken
from muhtar.outcome import Outcome, Status
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["CHECK", "kept", "tell"]

CHECK = "network.history"


def tell(builder: ReportBuilder, site: Site, targets: Iterable[Target], taken: Mapping[str, Taken]) -> None:
    """Add an outcome of `network.history` and one of `network.unsaved` for each device to a report."""
    chosen = list(targets)
    builder.select([target.name for target in chosen], CHECK)
    builder.add(*(kept(target.name, taken[target.name]) for target in chosen))
    builder.select([target.name for target in chosen], unsaved.CHECK)
    builder.add(*(unsaved.outcome(site, target, taken[target.name]) for target in chosen))


def kept(host: str, taken: Taken) -> Outcome:
    """ok with what changed since the last time; unchecked where the device did not answer; error for half a configuration."""
    problem = taken.error or taken.history_error or taken.startup_error
    if problem is not None:
        return _made(host, taken, _status(problem), problem.message, mend=problem.mend)
    if taken.kept is None:
        return _made(host, taken, Status.ERROR, "the history says nothing about this device", mend="see the log")
    return _made(host, taken, Status.OK, f"kept: {taken.kept.what}" if taken.kept.what else "unchanged since the last time")


def _status(problem: MuhtarError) -> Status:
    return Status.UNCHECKED if isinstance(problem, (UnreachableError, LockedError)) else Status.ERROR


def _made(host: str, taken: Taken, status: Status, summary: str, *, mend: str | None = None) -> Outcome:
    return Outcome(
        target=host, check=CHECK, status=status, summary=summary, mend=mend, started=taken.started, duration=taken.duration
    )
