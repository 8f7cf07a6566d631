"""backup.copy: bring the second copy up to the first, through this machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from muhtar.backup.keep import choose
from muhtar.backup.locks import through
from muhtar.backup.outcomes import age
from muhtar.backup.plan import Plan
from muhtar.backup.runs import SourceRun
from muhtar.backup.standing import Standing
from muhtar.backup.stores import Store, stores
from muhtar.backup.verdicts import Verdicts, on_stores
from muhtar.doors.restic import NoRepositoryError, Restic, Snapshot
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["CHECK", "copy", "lag", "missing"]

CHECK = "backup.copy"
# One repository over a slow line; seconds.
_PATIENCE = 12 * 3600.0


def copy(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    renew: bool = False,
    progress: Progress,
    plan: Plan | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """Copy what the second repositories of the selected hosts lack. One outcome of `backup.copy` per repository.

    Findings: a copy that lags by more than the RPO once it was made, a first repository that is not there, and a second one that
    is gone; with `renew` that is made anew.
    """
    plan = plan or Plan.make(site, limit, shard)
    builder = ReportBuilder("backup.copy", site.name, limit=limit, shard=shard)

    standing = Standing(site, renew=renew)

    def work(store: Store, verdicts: Verdicts) -> Outcome:
        return _Copier(store, standing, builder.note, progress, now or datetime.now(UTC)).copy(verdicts)

    return on_stores(builder, plan, stores(plan, "second"), CHECK, work, phase="Copying", progress=progress)


def missing(first: list[Snapshot], second: list[Snapshot], source: Store) -> list[SourceRun]:
    """The runs in the first repository `source` that the second lacks, even in part, and the retention keeps; oldest first."""
    there = {shot.original for shot in second}
    found: dict[tuple[str, str], SourceRun] = {}
    for job, item, every in source.runs(first):
        retention = job.policy.retention
        runs = choose(every, retention.rules, may_be_empty=item.source.may_be_empty).stay if retention else every
        found |= {(run.source, run.id): run for run in runs if any(shot.original not in there for shot in run.snapshots)}
    return sorted(found.values(), key=lambda run: run.time)


def lag(lacking: list[SourceRun], now: datetime) -> timedelta:
    """For how long the second copy has been behind: the age of the oldest run that it lacks."""
    return max(timedelta(), now - min(run.time for run in lacking)) if lacking else timedelta()


class _Copier:
    """The second copy of one repository."""

    def __init__(self, store: Store, standing: Standing, note: Callable[[str], None], progress: Progress, now: datetime) -> None:
        self._store = store
        self._standing = standing
        self._note = note
        self._restic = store.here()
        self._progress = progress
        self._now = now

    def copy(self, verdicts: Verdicts) -> Outcome:
        """Copy, look what is there, and judge."""
        try:
            firsts = [(source, source.here().snapshots()) for source in self._store.sources()]
        except NoRepositoryError:
            return verdicts.make(Status.FINDING, "there is nothing to copy yet", wanted="a first backup", mend="./inv backup.run")
        second = self._listed(firsts[0][0])
        wanted = [(source, missing(first, second, source)) for source, first in firsts]
        for source, runs in wanted:
            if runs:
                self._fill(source, runs)
        second = self._restic.snapshots()
        left = [run for source, first in firsts for run in missing(first, second, source)]
        if left:
            return self._behind(verdicts, left)
        lacking = [run for _, runs in wanted for run in runs]
        before = f", was behind by {age(lag(lacking, self._now))}" if lacking else ""
        return verdicts.make(Status.OK, f"{count(len(lacking), 'run')} copied{before}; nothing is missing")

    def _behind(self, verdicts: Verdicts, left: list[SourceRun]) -> Outcome:
        """restic ended with 0, and yet something is not there."""
        hours = min(job.policy.rpo_hours for job in self._store.jobs)
        text = f"{count(len(left), 'run')} not copied, behind by {age(lag(left, self._now))}"
        wanted = f"every snapshot within {hours:g} h"
        status = Status.FINDING if lag(left, self._now) > timedelta(hours=hours) else Status.ERROR
        return verdicts.make(status, text, wanted=wanted, found=text, mend="./inv backup.copy again; see the log")

    def _listed(self, source: Store) -> list[Snapshot]:
        """What is there; the repository is made where there is none."""
        like = source.here().repository
        return self._standing.open(self._store.kept, self._store.name, self._restic, like=like) or []

    def _fill(self, source: Store, lacking: list[SourceRun]) -> None:
        # The oldest first, and each with all its snapshots: what is cut off leaves whole runs.
        wanted = [shot.id for run in lacking for shot in run.snapshots]
        self._progress.activity(self._store.name, f"copying {count(len(wanted), 'snapshot')} to {self._store.kept.name}")
        origin = source.here()

        def fill(restic: Restic) -> None:
            restic.copy_from(origin.repository, wanted, seconds=_PATIENCE)

        # A lock may be in the way at either end.
        through(
            origin,
            lambda _: through(self._restic, fill, self._store.elsewhere(), self._note),
            source.elsewhere(),
            self._note,
        )
