"""Outcomes of backups: one place where a failure becomes finding, error or unchecked, and where sizes and ages get words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.sources.base import MissingSourceError
from muhtar.doors.restic import RepositoryLockedError
from muhtar.errors import LockedError, MuhtarError, UnreachableError
from muhtar.outcome import Outcome, Status

__all__ = ["Maker", "age", "size"]


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
        if isinstance(error, (UnreachableError, LockedError)):
            status = Status.UNCHECKED
        elif isinstance(error, (MissingSourceError, RepositoryLockedError)):
            status = Status.FINDING
        else:
            status = Status.ERROR
        if isinstance(error, MuhtarError):
            return self.make(item, status, error.message, started=started, mend=error.mend)
        return self.make(
            item, status, f"{type(error).__name__}: {error}", started=started, mend="this is a fault of Muhtar; see the log"
        )


def size(number: int) -> str:
    """Bytes for people: "1.2 MB"."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def age(span: timedelta) -> str:
    """A length of time for people: "25 min", "3 h", "2 days"."""
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{max(0, int(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
