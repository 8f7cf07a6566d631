"""What a host's repository lists of it now, grouped into runs once: all that is said of a host's backups is read from this."""

from __future__ import annotations

from muhtar.backup.plan import Job, Plan
from muhtar.backup.runs import SourceRun, source_runs
from muhtar.backup.sources.base import Source
from muhtar.doors.restic import NoRepositoryError, Snapshot

__all__ = ["Seen", "look"]


class Seen:
    """The snapshots of one host; or `error`, why the repository could not be asked."""

    def __init__(self, listed: list[Snapshot] | Exception) -> None:
        self.error = listed if isinstance(listed, Exception) else None
        self._snapshots = [] if isinstance(listed, Exception) else listed
        self._runs: dict[str, list[SourceRun]] = {}

    def runs(self, source: Source) -> list[SourceRun]:
        """Every run of a source, oldest first, those that broke off too."""
        if source.name not in self._runs:
            self._runs[source.name] = source_runs(self._snapshots, source.name)
        return self._runs[source.name]

    def whole(self, source: Source) -> list[SourceRun]:
        """The whole runs of a source, oldest first."""
        return [run for run in self.runs(source) if run.whole(may_be_empty=source.may_be_empty)]

    def newest(self, source: Source) -> SourceRun | None:
        """The newest whole run of a source."""
        return next((run for run in reversed(self.runs(source)) if run.whole(may_be_empty=source.may_be_empty)), None)


def look(plan: Plan, job: Job) -> Seen:
    """Ask a host's repository; one that is not there yet lists nothing."""
    try:
        return Seen(plan.snapshots(job))
    except NoRepositoryError:
        return Seen([])
    except Exception as error:  # noqa: BLE001 - one host's failure must not take the others' outcomes away
        return Seen(error)
