"""backup.prune: remove what the retention does not keep, at the server, as the repositories' owner.

The clients' credentials can only append; this goes past the repository server, over SSH. It refuses what looks wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from muhtar.backup import guard
from muhtar.backup.guard import Limits
from muhtar.backup.keep import Choice, choose
from muhtar.backup.locks import through
from muhtar.backup.plan import Plan
from muhtar.backup.runs import SourceRun
from muhtar.backup.stores import Store, stores
from muhtar.backup.verdicts import Verdicts, on_stores
from muhtar.doors.restic import NoRepositoryError, Restic, Snapshot
from muhtar.errors import DoorError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["CHECK", "prune"]

CHECK = "backup.retention"
# Repacking a large repository; seconds.
_PATIENCE = 6 * 3600.0


def prune(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    apply: bool = False,
    share: float | None = None,
    progress: Progress,
    plan: Plan | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ReportBuilder:
    """Say what the retention of the selected hosts would remove from their repositories, first and second; `apply` removes it.

    One outcome of `backup.retention` per repository; notes name each run that goes. Refused, which is a finding: clocks that
    are off, snapshots that came faster than the policy explains, and a removal of more than `share` (0 to 1) of them.
    """
    if share is not None and not 0 < share <= 1:
        raise UsageError(f"a share of {share:g} is none", mend="more than 0, up to 1: --share 0.8")
    limits = Limits() if share is None else replace(Limits(), share=share)
    plan = plan or Plan.make(site, limit, shard)
    builder = ReportBuilder("backup.prune", site.name, limit=limit, shard=shard)

    def work(store: Store, verdicts: Verdicts) -> Outcome:
        return _Pruner(store, limits, builder.note, progress, now).prune(verdicts, apply=apply)

    return on_stores(builder, plan, stores(plan), CHECK, work, phase="Applying retentions", progress=progress)


@dataclass(frozen=True)
class _Pruner:
    """The retention of one repository."""

    store: Store
    limits: Limits
    note: Callable[[str], None]
    progress: Progress
    now: Callable[[], datetime]

    def prune(self, verdicts: Verdicts, *, apply: bool) -> Outcome:
        """Choose, refuse or do, and look afterwards."""
        wanted = f"no more than the retention keeps: {self._retentions()}"
        if any(job.policy.retention is None for job in self.store.jobs):
            return verdicts.make(
                Status.FINDING,
                "no retention is declared: all is kept",
                wanted="a retention",
                mend="declare `retention` in the policy",
            )
        restic = self.store.beside()
        try:
            listed = restic.snapshots()
        except NoRepositoryError:
            return verdicts.make(Status.FINDING, "there is no repository yet", wanted=wanted, mend="./inv backup.run")
        choices = self._choices(listed)
        # A snapshot of several devices goes when none of them needs it.
        stays = {shot.id for choice in choices.values() for run in choice.stay for shot in run.snapshots}
        pairs = [(source, run) for source, choice in choices.items() for run in choice.go if not stays & _ids(run)]
        # Several sources are taken by one run, under its one id.
        gone = {(run.source, run.id): (source, run) for source, run in pairs}
        going = sorted({shot for _, run in gone.values() for shot in _ids(run)})
        if refused := self._refused(listed, choices, len(going)):
            text = f"refused: {refused}"
            return verdicts.make(Status.FINDING, text, wanted=wanted, found=refused, mend="see docs/backup.md, Prune")
        staying = len(listed) - len(going)
        if not apply or not going:
            for source, run in gone.values():
                self.note(f"{self.store.name}/{source} in {self.store.kept.name}: {run.time:%Y-%m-%d %H:%M} UTC would go")
            left = f"{count(staying, 'snapshot')} stay{'s' if staying == 1 else ''}"
            return verdicts.make(Status.OK, f"{len(going)} would go, {left}" if going else f"nothing to remove, {left}")
        self._remove(restic, listed, going)
        return verdicts.make(Status.OK, f"{count(len(going), 'snapshot')} removed, {staying} kept; the structure is whole")

    def _retentions(self) -> str:
        return "; ".join(dict.fromkeys(str(job.policy.retention) for job in self.store.jobs if job.policy.retention))

    def _choices(self, listed: list[Snapshot]) -> dict[str, Choice]:
        """By source. Snapshots that are nobody's, or of a source that the policy no longer names, stay; the reader is told."""
        found = {}
        known: set[str] = set()
        for job, item, runs in self.store.runs(listed):
            known |= {shot.id for run in runs for shot in run.snapshots}
            rules = job.policy.retention.rules if job.policy.retention else {}
            name = f"{job.name}/{item.source.name}" if job.shared else item.source.name
            found[name] = choose(runs, rules, may_be_empty=item.source.may_be_empty)
        if strange := [shot for shot in listed if shot.id not in known]:
            where = f"{self.store.name} in {self.store.kept.name}"
            self.note(f"{where}: {count(len(strange), 'snapshot')} of no source in the policy: kept")
        return found

    def _refused(self, listed: list[Snapshot], choices: dict[str, Choice], going: int) -> str | None:
        server = self.store.server()
        first = self.store.kept.keeper is self.store.jobs[0].policy.keeper
        rpo = min(job.policy.rpo_hours for job in self.store.jobs)
        arrivals = server.arrivals(self.store.name)
        now = self.now()
        wrong = guard.clocks(now, server.now(), listed, arrivals, rpo_hours=rpo, first=first, limits=self.limits)
        for source, choice in choices.items():
            runs: list[SourceRun] = [*choice.stay, *choice.go]
            fast = guard.pace(runs, arrivals if first else {}, now, rpo_hours=rpo, limits=self.limits)
            wrong = wrong or (f"{source}: {fast}" if fast else None)
        return wrong or guard.share(going, len(listed), self.limits)

    def _remove(self, restic: Restic, listed: list[Snapshot], going: list[str]) -> None:
        """Forget, look, prune, look. Raises DoorError where the list is not what it must be: nothing is pruned then."""
        told = self.progress.activity
        told(self.store.name, f"removing {count(len(going), 'snapshot')}")
        places = self.store.elsewhere()
        through(restic, lambda one: one.forget(going), places, self.note)
        left, wanted = {shot.id for shot in restic.snapshots()}, {shot.id for shot in listed} - set(going)
        if gone := wanted - left:
            raise DoorError(f"{', '.join(one[:8] for one in gone)} should have stayed and is not listed", mend="see the log")
        if still := left & set(going):
            raise DoorError(f"{count(len(still), 'snapshot')} could not be removed", mend="see the log")
        told(self.store.name, "removing what no snapshot needs")
        through(restic, lambda one: one.prune(seconds=_PATIENCE), places, self.note)
        told(self.store.name, "checking the structure")
        after = through(restic, lambda one: one.check_structure(seconds=_PATIENCE), places, self.note)
        if after.errors:
            raise DoorError(f"after the removal: {'; '.join(after.words[:3])}", mend="./inv backup.check names what is damaged")


def _ids(run: SourceRun) -> set[str]:
    return {shot.id for shot in run.snapshots}
