"""Outcomes of backups: one place where a failure becomes finding, error or unchecked, and where sizes and ages get words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.sources.base import MissingSourceError
from muhtar.doors.restic import Progress, RepositoryLockedError
from muhtar.errors import LockedError, MuhtarError, UnreachableError
from muhtar.outcome import Outcome, Status
from muhtar.words import count

__all__ = ["Maker", "age", "far", "size", "status_of"]


class Maker:
    """Makes outcomes of one check for one host's sources."""

    def __init__(self, plan: Plan, check: str, job: Job) -> None:
        self._plan = plan
        self._check = check
        self._job = job

    def make(
        self,
        item: Item,
        status: Status,
        summary: str,
        *,
        started: datetime,
        wanted: str | None = None,
        found: str | None = None,
        mend: str | None = None,
    ) -> Outcome:
        """An outcome whose subject is the source."""
        return Outcome(
            target=self._job.name,
            check=self._check,
            subject=item.source.name,
            status=status,
            summary=summary,
            wanted=wanted,
            found=found,
            mend=mend,
            intent=self._plan.intent,
            duty=item.duty,
            started=started,
            duration=max(0.0, (datetime.now(UTC) - started).total_seconds()),
        )

    def failed(self, item: Item, error: Exception, *, started: datetime) -> Outcome:
        """The outcome that an error stands for: nobody could look, the source itself is amiss, or we failed."""
        status = status_of(error)
        if isinstance(error, MuhtarError):
            return self.make(item, status, error.message, started=started, mend=error.mend)
        return self.make(
            item, status, f"{type(error).__name__}: {error}", started=started, mend="this is a fault of Muhtar; see the log"
        )


def status_of(error: Exception) -> Status:
    """What an error says of its target: nobody could look, something is amiss there, or we failed."""
    if isinstance(error, (UnreachableError, LockedError)):
        return Status.UNCHECKED
    if isinstance(error, (MissingSourceError, RepositoryLockedError)):
        return Status.FINDING
    return Status.ERROR


def size(number: int) -> str:
    """Bytes for people: "1.2 MB"."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def far(done: Progress) -> str:
    """How far restic is, for people: "45%, 3 of 10 files, 1.2 of 3.4 MB, 12 s left"."""
    files = f"{done.files} of {count(done.all_files, 'file')}" if done.all_files else count(done.files, "file")
    data = f"{size(done.bytes)} of {size(done.all_bytes)}" if done.all_bytes else size(done.bytes)
    left = f", {lasting(done.left)} left" if done.left else ""
    return f"{done.share:.0%}, {files}, {data}{left}"


def lasting(seconds: float) -> str:
    """A short length of time for people: "12 s", "25 min", "3 h"."""
    return f"{seconds:.0f} s" if seconds < 120 else age(timedelta(seconds=seconds))


def age(span: timedelta) -> str:
    """A length of time for people: "25 min", "3 h", "2 days"."""
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{max(0, int(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
