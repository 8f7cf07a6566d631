"""What earlier runs left in the history about a system's backups: its last check, second copy and drill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from muhtar.backup.policy import Kept
from muhtar.backup.rota import PREFIX, key_of, share_of
from muhtar.history import History
from muhtar.outcome import Outcome, Status

__all__ = ["CHECK", "COPY", "DRIFT", "DRILL", "PROVISION", "Facts", "Known"]

CHECK = "backup.check"
COPY = "backup.copy"
DRILL = "backup.drill"
# What shows that a repository server is as its role declares it.
DRIFT = "drift.servers"
PROVISION = "provision.converge"


@dataclass(frozen=True)
class Known:
    """One check of one system: when it was last ok as a whole (None: never), and all outcomes of its newest run."""

    last_ok: datetime | None = None
    newest: tuple[Outcome, ...] = ()

    @property
    def trouble(self) -> Outcome | None:
        """The first finding of the newest run. That a run could not look is no finding: how old the last good one is tells."""
        return next((outcome for outcome in self.newest if outcome.status is Status.FINDING), None)

    @property
    def seconds(self) -> float:
        """How long the newest run took for all sources of the system together."""
        return sum(outcome.duration for outcome in self.newest)


@dataclass(frozen=True)
class Facts:
    """All that the history knows, by target and check."""

    last_ok: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    newest: Mapping[tuple[str, str], tuple[Outcome, ...]] = field(default_factory=dict)
    read_shares: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, history: History, site: str) -> Facts:
        """Ask the history once for all systems of a site."""
        checks = (CHECK, COPY, DRILL, DRIFT, PROVISION)
        newest: dict[tuple[str, str], list[Outcome]] = {}
        for outcome in history.last_outcomes((CHECK, COPY, DRILL), site=site):
            newest.setdefault((outcome.target, outcome.check), []).append(outcome)
        return cls(
            history.last_success(checks, site=site),
            {pair: tuple(outcomes) for pair, outcomes in newest.items()},
            {key: share_of(text) for key, text in history.all_kept(PREFIX, site=site).items()},
        )

    def share(self, repositories: Iterable[tuple[Kept, str]]) -> float | None:
        """The share (0 to 1) of the data that has been read, of several repositories the least; None where none was ever read."""
        shares = [self.read_shares.get(key_of(kept.name, name), 0.0) for kept, name in repositories]
        return min(shares) if any(shares) else None

    def of(self, check: str, names: Iterable[str]) -> Known:
        """What is known under the first of `names` that the check ever looked at: a system, or the repository that it shares."""
        for name in names:
            pair = (name, check)
            if pair in self.newest or pair in self.last_ok:
                return Known(self.last_ok.get(pair), self.newest.get(pair, ()))
        return Known()
