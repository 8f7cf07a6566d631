"""Outcomes of one check of one recorder: findings a subject, or one ok that says what was seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from muhtar.outcome import Intent, Outcome, Status

__all__ = ["Verdict"]


@dataclass
class Verdict:
    """Collects what is not well, at most one outcome a subject: the first that is said of it counts."""

    target: str
    check: str
    started: datetime
    duration: float
    _found: dict[str, Outcome] = field(default_factory=dict)

    def finding(
        self,
        subject: str,
        summary: str,
        *,
        wanted: str,
        found: str,
        mend: str,
        intent: Intent | None = None,
    ) -> None:
        """What is not as it should be."""
        self._add(subject, Status.FINDING, summary, wanted=wanted, found=found, mend=mend, intent=intent)

    def unchecked(self, subject: str, summary: str, *, mend: str | None = None, intent: Intent | None = None) -> None:
        """What could not be looked at."""
        self._add(subject, Status.UNCHECKED, summary, mend=mend, intent=intent)

    def outcomes(self, well: str) -> Iterable[Outcome]:
        """What was collected; where that is nothing, one ok with the words of `well`."""
        if self._found:
            return list(self._found.values())
        return [self._made("", Status.OK, well)]

    def _add(self, subject: str, status: Status, summary: str, **more: str | Intent | None) -> None:
        if subject not in self._found:
            self._found[subject] = self._made(subject, status, f"{subject}: {summary}" if subject else summary, **more)

    def _made(self, subject: str, status: Status, summary: str, **more: str | Intent | None) -> Outcome:
        return Outcome(
            target=self.target,
            check=self.check,
            status=status,
            subject=subject,
            summary=summary,
            started=self.started,
            duration=self.duration,
            **more,
        )
