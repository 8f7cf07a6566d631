"""Outcomes about repositories: the target is the repository, the subject the server (by its name in the policy) that keeps it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from muhtar.backup.outcomes import status_of
from muhtar.backup.plan import Plan
from muhtar.backup.stores import Store
from muhtar.backup.together import alone, at_servers
from muhtar.errors import MuhtarError, UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder

__all__ = ["Verdicts", "on_stores"]


class Verdicts:
    """Makes outcomes of one check for one repository."""

    def __init__(self, check: str, store: Store) -> None:
        self._check = check
        self._store = store
        self._started = datetime.now(UTC)

    def make(
        self, status: Status, summary: str, *, wanted: str | None = None, found: str | None = None, mend: str | None = None
    ) -> Outcome:
        """The outcome of this repository."""
        return Outcome(
            target=self._store.name,
            check=self._check,
            subject=self._store.kept.name,
            status=status,
            summary=summary,
            wanted=wanted,
            found=found,
            mend=mend,
            intent=self._store.plan.intent,
            started=self._started,
            duration=max(0.0, (datetime.now(UTC) - self._started).total_seconds()),
        )

    def failed(self, error: Exception) -> Outcome:
        """What an error stands for."""
        if isinstance(error, MuhtarError):
            return self.make(status_of(error), error.message, mend=error.mend)
        return self.make(status_of(error), f"{type(error).__name__}: {error}", mend="this is a fault of Muhtar; see the log")


def on_stores(
    builder: ReportBuilder,
    plan: Plan,
    found: Sequence[Store],
    check: str,
    work: Callable[[Store, Verdicts], Outcome],
    *,
    phase: str,
    progress: Progress,
) -> ReportBuilder:
    """Do `work` on each repository, under its lock, several at once, and add one outcome each, whatever fails.

    Raises UsageError where there is no repository to work on.
    """
    if not found:
        raise UsageError("no selected host has such a repository", path=plan.register, mend="name one in the policy")
    builder.select(dict.fromkeys(store.name for store in found), check)
    for note in plan.notes:
        builder.note(note)
    progress.phase(phase, total=len(found))

    def one(store: Store, stop: threading.Event) -> list[Outcome]:
        verdicts = Verdicts(check, store)
        try:
            with alone(store.lock, stop, lambda: progress.activity(store.name, "waiting for another run to end")):
                outcome = work(store, verdicts)
        except Exception as error:  # noqa: BLE001 - one repository's failure must not take the others' outcomes away
            outcome = verdicts.failed(error)
        progress.step(store.name, f"{store.kept.name}: {outcome.summary}", outcome.status)
        return [outcome]

    builder.add(*at_servers(one, found, lambda store: store.kept.keeper.server))
    return builder
