"""All that is known of one outcome, for whoever wants to understand it."""

from __future__ import annotations

from dataclasses import dataclass

from muhtar.history_past import Past, Seen
from muhtar.outcome import Outcome, Status, Waived, exit_code

__all__ = ["Explained"]


@dataclass(frozen=True)
class Explained:
    """`past` is the outcome and its history; `lines` the numbered text of its intent's file, empty where that cannot be read.

    `waived` is who answers for it today; `fix` says what `drift.fix` would run, and `unfixable` why it would run nothing.
    """

    past: Past
    lines: tuple[tuple[int, str], ...] = ()
    waived: Waived | None = None
    fix: str | None = None
    unfixable: str | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome itself."""
        return self.past.outcome

    @property
    def status(self) -> Status:
        """How it stands, as far as anybody has looked: `ok` where it is gone, `waived` by today's register."""
        if self.past.now is not Seen.THERE:
            return Status.OK
        if self.waived:
            return Status.WAIVED
        # What was waived when it was seen, and by nobody today, counts again.
        return Status.FINDING if self.outcome.status is Status.WAIVED else self.outcome.status

    @property
    def exit_code(self) -> int:
        """That of the outcome as it stands."""
        waiver = self.waived if self.status is Status.WAIVED else None
        return exit_code([self.outcome.model_copy(update={"status": self.status, "waiver": waiver})])
