"""What several renderers need of a report: worst first, and the same finding on many targets as one group."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import groupby

from muhtar.checks import CHECKS
from muhtar.duties import BoardLine
from muhtar.outcome import WORST_FIRST, Outcome, Status
from muhtar.report import Report

__all__ = [
    "BAD",
    "MARKS",
    "SEVERITIES",
    "Group",
    "Row",
    "actions",
    "board",
    "duty",
    "groups",
    "printable",
    "rows",
    "severity",
    "waived",
]

BAD = WORST_FIRST[:3]
SEVERITIES = ("blocker", "critical", "major", "minor", "info")
DUTY_CHECK = "duty.proof"
MARKS = {Status.OK: "✓", Status.WAIVED: "~", Status.FINDING: "✗", Status.ERROR: "!", Status.UNCHECKED: "?"}
_CONTROL = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
)


@dataclass(frozen=True)
class Group:
    """Outcomes that say the same of several targets: equal check, subject, status, duty, waiver and diff (or text)."""

    outcomes: tuple[Outcome, ...]

    @property
    def first(self) -> Outcome:
        """The outcome that stands for the group."""
        return self.outcomes[0]

    @property
    def targets(self) -> list[str]:
        """The targets, in the report's order."""
        return [outcome.target for outcome in self.outcomes]

    @property
    def ids(self) -> list[str]:
        """What `drift.explain` knows them by."""
        return [outcome.id for outcome in self.outcomes]

    @property
    def summaries(self) -> list[str]:
        """What is said of them, each sentence once."""
        return list(dict.fromkeys(outcome.summary for outcome in self.outcomes))

    @property
    def intents(self) -> list[str]:
        """The files (and lines) that state the intent, each once."""
        return list(dict.fromkeys(str(outcome.intent) for outcome in self.outcomes if outcome.intent))

    @property
    def mends(self) -> list[str]:
        """What to do about it, each once."""
        return list(dict.fromkeys(outcome.mend for outcome in self.outcomes if outcome.mend))


@dataclass(frozen=True)
class Row:
    """One check of the report: how many outcomes of each status, over how many targets, and their time in seconds."""

    check: str
    targets: int
    counts: dict[Status, int]
    duration: float

    @property
    def status(self) -> Status:
        """The worst that the check found."""
        return next(status for status in WORST_FIRST if self.counts[status] or status is Status.OK)


def severity(check_id: str) -> str:
    """How bad a finding of that check is, on GitLab's scale."""
    return CHECKS[check_id].severity if check_id in CHECKS else "major"


def duty(outcome: Outcome) -> str | None:
    """The duty that the outcome serves: its own word, or its check's."""
    return outcome.duty or (CHECKS[outcome.check].duty if outcome.check in CHECKS else None)


def board(report: Report) -> list[tuple[Outcome, BoardLine]]:
    """The duty board: each duty.proof outcome that holds a line of it, in the order of the regulation."""
    lines = [(outcome, BoardLine.read(outcome)) for outcome in report.outcomes if outcome.check == DUTY_CHECK]
    return [(outcome, line) for outcome, line in lines if line is not None]


def actions(report: Report, fresh: Container[str] = ()) -> list[Group]:
    """What needs action, worst first, `fresh` ids before old ones; without what the duty board shows."""
    shown = {outcome.id for outcome, _ in board(report)}
    return groups((outcome for outcome in report.outcomes if outcome.status in BAD and outcome.id not in shown), fresh)


def waived(report: Report) -> list[Group]:
    """What is left as it is because somebody answers for it."""
    return groups(outcome for outcome in report.outcomes if outcome.status is Status.WAIVED)


def printable(text: str) -> str:
    """`text` with control characters made visible: a device's banner must not steer the reader's terminal."""
    return text.translate(_CONTROL)


def groups(outcomes: Iterable[Outcome], fresh: Container[str] = ()) -> list[Group]:
    """The outcomes grouped and sorted: status, then severity of the check, then those with an id among `fresh`, then number of
    targets, then the report's order."""
    found: dict[tuple[object, ...], list[Outcome]] = {}
    for outcome in outcomes:
        # With a diff, the diff is what people compare; the sentences around it may name hosts or files.
        same = (outcome.diff,) if outcome.diff else (None, outcome.summary, outcome.wanted, outcome.found, outcome.mend)
        key = (outcome.status, outcome.check, outcome.subject, duty(outcome), outcome.waiver, *same)
        found.setdefault(key, []).append(outcome)
    return sorted((Group(tuple(members)) for members in found.values()), key=lambda group: _rank(group, fresh))


def rows(report: Report) -> list[Row]:
    """One row per check, in the order in which the checks were selected."""
    targets: dict[str, set[str]] = {}
    for pair in report.selected:
        targets.setdefault(pair.check, set()).add(pair.target)
    order = list(targets)
    made: dict[str, Row] = {}
    by_check = sorted(report.outcomes, key=lambda outcome: order.index(outcome.check))
    for check, members in groupby(by_check, key=lambda outcome: outcome.check):
        found = list(members)
        counts = {status: sum(1 for outcome in found if outcome.status is status) for status in Status}
        made[check] = Row(check, len(targets[check]), counts, sum(outcome.duration for outcome in found))
    return [made[check] for check in order]


def _rank(group: Group, fresh: Container[str]) -> tuple[int, int, bool, int]:
    first = group.first
    old = all(outcome.id not in fresh for outcome in group.outcomes)
    return (WORST_FIRST.index(first.status), SEVERITIES.index(severity(first.check)), old, -len(group.outcomes))
