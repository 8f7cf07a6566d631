"""A run's report: what was selected, and exactly what became of it. Every output format is drawn from this."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from muhtar import __version__
from muhtar.compared import Compared
from muhtar.deadlines import Calendar
from muhtar.errors import InvalidReportError
from muhtar.outcome import Outcome, Status, exit_code
from muhtar.protection import Protection
from muhtar.stills import Still
from muhtar.topology import Topology

__all__ = ["Report", "ReportBuilder", "Selected", "merge"]


class Selected(BaseModel):
    """A target and a check that the run set out to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    check: str


class Report(BaseModel):
    """One run of one workflow. Invalid unless every selected pair has an outcome and none contradicts another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["muhtar.report/1"] = "muhtar.report/1"
    id: str = Field(default_factory=lambda: uuid.uuid4().hex)
    workflow: str
    site: str
    version: str = __version__
    started: datetime
    finished: datetime
    limit: str | None = None
    shard: str | None = None
    selected: tuple[Selected, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    topology: Topology | None = None
    protection: tuple[Protection, ...] = ()
    calendar: Calendar | None = None
    stills: tuple[Still, ...] = ()
    compared: Compared | None = None

    @model_validator(mode="after")
    def _complete(self) -> Report:
        if not self.selected:
            msg = "nothing was selected, so nothing was checked"
            raise ValueError(msg)
        wanted = {(pair.target, pair.check) for pair in self.selected}
        seen = self.by_pair
        if missing := sorted(wanted - set(seen)):
            msg = f"selected but without an outcome: {', '.join('/'.join(pair) for pair in missing[:10])}"
            raise ValueError(msg)
        if stray := sorted(set(seen) - wanted):
            msg = f"an outcome for something not selected: {', '.join('/'.join(pair) for pair in stray[:10])}"
            raise ValueError(msg)
        for pair, outcomes in seen.items():
            subjects = Counter(outcome.subject for outcome in outcomes)
            if double := [subject for subject, count in subjects.items() if count > 1]:
                msg = f"{'/'.join(pair)}: two outcomes for {double[0] or 'the same check'!r}"
                raise ValueError(msg)
            whole = next((outcome for outcome in outcomes if not outcome.subject), None)
            if whole and whole.status is Status.OK and any(outcome.status is not Status.OK for outcome in outcomes):
                msg = f"{'/'.join(pair)}: ok as a whole, yet one of its subjects is not"
                raise ValueError(msg)
        return self

    @property
    def exit_code(self) -> int:
        """0 clean, 1 failed, 2 findings, 3 incomplete."""
        return exit_code(self.outcomes)

    @property
    def by_pair(self) -> dict[tuple[str, str], list[Outcome]]:
        """Target and check → their outcomes."""
        found: dict[tuple[str, str], list[Outcome]] = {}
        for outcome in self.outcomes:
            found.setdefault((outcome.target, outcome.check), []).append(outcome)
        return found

    @property
    def counts(self) -> dict[Status, int]:
        """Outcomes per status, every status present."""
        found = Counter(outcome.status for outcome in self.outcomes)
        return {status: found.get(status, 0) for status in Status}

    @property
    def targets(self) -> list[str]:
        """The selected targets, each once, in order."""
        return list(dict.fromkeys(pair.target for pair in self.selected))


class ReportBuilder:
    """Collects a run's outcomes and refuses to become a report that says less than was selected."""

    def __init__(self, workflow: str, site: str, *, limit: str | None = None, shard: str | None = None) -> None:
        self.workflow = workflow
        self.site = site
        self.limit = limit
        self.shard = shard
        self.started = datetime.now(UTC)
        self._selected: dict[Selected, None] = {}
        self._outcomes: list[Outcome] = []
        self._notes: list[str] = []
        self._topology: Topology | None = None
        self._protection: dict[str, Protection] = {}
        self._calendar: Calendar | None = None
        self._stills: dict[tuple[str, str], Still] = {}

    def select(self, targets: str | Iterable[str], check: str) -> None:
        """Promise an outcome of `check` for each of `targets`."""
        for target in [targets] if isinstance(targets, str) else targets:
            self._selected[Selected(target=target, check=check)] = None

    def add(self, *outcomes: Outcome) -> None:
        """Keep outcomes of pairs that were selected."""
        self._outcomes.extend(outcomes)

    def note(self, text: str) -> None:
        """Add a remark for the reader: what was left out, and why."""
        self._notes.append(text)

    def draw(self, topology: Topology) -> None:
        """Carry the shape of the network, for a picture; what is there already is added to."""
        self._topology = self._topology.joined(topology) if self._topology else topology

    def protect(self, *lines: Protection) -> None:
        """Carry how well systems are protected, for a table; a later line of a system takes the place of an earlier one."""
        self._protection |= {line.system: line for line in lines}

    def schedule(self, calendar: Calendar) -> None:
        """Carry the calendar of all that ends; a later one takes the place of an earlier one."""
        self._calendar = calendar

    def show(self, *stills: Still) -> None:
        """Carry pictures of cameras, for the page alone; a later one of a camera takes the place of an earlier one."""
        self._stills |= {(still.recorder, still.camera): still for still in stills}

    def absorb(self, other: ReportBuilder) -> None:
        """Take over everything that another builder holds."""
        self._selected.update(other._selected)
        self._outcomes.extend(other._outcomes)
        self._notes.extend(other._notes)
        if other._topology:
            self.draw(other._topology)
        self.protect(*other._protection.values())
        self._calendar = other._calendar or self._calendar
        self.show(*other._stills.values())

    def build(self) -> Report:
        """The finished report. Raises InvalidReportError where it would be incomplete or contradict itself."""
        order = {pair: index for index, pair in enumerate(self._selected)}
        outcomes = sorted(
            self._outcomes,
            key=lambda outcome: order.get(Selected(target=outcome.target, check=outcome.check), len(order)),
        )
        try:
            return Report(
                workflow=self.workflow,
                site=self.site,
                started=self.started,
                finished=datetime.now(UTC),
                limit=self.limit,
                shard=self.shard,
                selected=tuple(self._selected),
                outcomes=tuple(outcomes),
                notes=tuple(self._notes),
                topology=self._topology,
                protection=tuple(self._protection.values()),
                calendar=self._calendar,
                stills=tuple(self._stills.values()),
            )
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise InvalidReportError(
                f"{self.workflow}: {problem}",
                mend="widen --limit, or name the hosts in the inventory" if not self._selected else None,
            ) from error


def merge(workflow: str, reports: Iterable[Report]) -> Report:
    """One report of several runs (of one demo, or of a pipeline's shards). Raises InvalidReportError on an empty list."""
    found = list(reports)
    if not found:
        raise InvalidReportError("no report to merge", mend="check that the jobs kept their JSON reports")
    builder = ReportBuilder(workflow, found[0].site)
    for report in found:
        for pair in report.selected:
            builder.select(pair.target, pair.check)
        builder.add(*report.outcomes)
        for note in report.notes:
            builder.note(note)
        if report.topology:
            builder.draw(report.topology)
        builder.protect(*report.protection)
        if report.calendar:
            builder.schedule(report.calendar)
        builder.show(*report.stills)
    builder.started = min(report.started for report in found)
    return builder.build()
