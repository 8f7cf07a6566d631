"""The one result type: what a check found on a target."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from muhtar.exitcode import ExitCode
from muhtar.secrets import redact

__all__ = ["LOOKED", "WORST_FIRST", "ExitCode", "Intent", "Outcome", "Status", "Waived", "exit_code", "worst"]


class Status(StrEnum):
    """What became of a check. `ok`, `finding` and `waived` (a finding that somebody answers for) say that somebody looked."""

    OK = "ok"
    WAIVED = "waived"
    FINDING = "finding"
    ERROR = "error"
    UNCHECKED = "unchecked"


# Our own failure first: until it is mended, nothing else that the run says is complete.
WORST_FIRST = (Status.ERROR, Status.UNCHECKED, Status.FINDING, Status.WAIVED, Status.OK)
# What says that somebody looked.
LOOKED = frozenset({Status.OK, Status.WAIVED, Status.FINDING})


class Intent(BaseModel):
    """Where the wanted state is written down: a file of the repository (relative path) and, if known, its line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Waived(BaseModel):
    """Who answers for a finding that is left as it is, why, and the last day on which that holds. `id` is of the register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    owner: str
    reason: str
    until: date


class Outcome(BaseModel):
    """One check of one target, and, where a check looks at several things, of one `subject`.

    Shapes: `target` is an inventory host or a register id; `check` is an id of `muhtar.checks`; `subject` names the thing
    within the check ("" where there is only one); `wanted`, `found`, `diff` and `commands` (what one would type on the target
    to mend it) are text, already free of secrets; `duration` is in seconds; `duty` is an id of the duty register.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str = Field(min_length=1)
    check: str = Field(min_length=1)
    status: Status
    summary: str = Field(min_length=1)
    subject: str = ""
    wanted: str | None = None
    found: str | None = None
    diff: str | None = None
    commands: str | None = None
    intent: Intent | None = None
    mend: str | None = None
    duty: str | None = None
    waiver: Waived | None = None
    started: datetime = Field(default_factory=lambda: datetime.now(UTC))
    duration: float = Field(default=0.0, ge=0)

    @field_validator("summary", "wanted", "found", "diff", "commands", "mend")
    @classmethod
    def _redacted(cls, value: str | None) -> str | None:
        return redact(value) if value else value

    @field_validator("summary")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return " ".join(value.split())

    @field_validator("started")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            msg = "started must carry a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC)

    @model_validator(mode="after")
    def _not_contradictory(self) -> Outcome:
        if self.status is Status.OK and self.diff:
            msg = f"{self.target}/{self.check}: ok with a diff is a contradiction"
            raise ValueError(msg)
        if (self.status is Status.WAIVED) != (self.waiver is not None):
            msg = f"{self.target}/{self.check}: waived by nobody, or a waiver of what is {self.status.value}"
            raise ValueError(msg)
        return self

    @property
    def id(self) -> str:
        """Stable over runs: the same target, check and subject give the same twelve hex digits."""
        key = "\0".join((self.check, self.target, self.subject))
        return hashlib.sha256(key.encode()).hexdigest()[:12]


def worst(outcomes: Iterable[Outcome]) -> Status:
    """The worst status among them; `ok` only where all are."""
    seen = {outcome.status for outcome in outcomes}
    return next(status for status in WORST_FIRST if status in seen)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """The exit code these outcomes stand for: 1 error, 3 unchecked, 2 finding, 0 clean (which waived ones are too)."""
    seen = {outcome.status for outcome in outcomes}
    if Status.ERROR in seen:
        return ExitCode.FAILED
    if Status.UNCHECKED in seen:
        return ExitCode.INCOMPLETE
    if Status.FINDING in seen:
        return ExitCode.FINDINGS
    return ExitCode.CLEAN
