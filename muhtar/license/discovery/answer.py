"""What became of one look at one host."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from muhtar.doors.fleet import HostResult
from muhtar.license.discovery.record import Look, LookKind
from muhtar.outcome import Status

__all__ = ["Answer"]


@dataclass(frozen=True)
class Answer:
    """The look at a host, or why there is none: then `status` is unchecked (not reached) or error. `duration` in seconds."""

    host: str
    kind: LookKind
    look: Look | None
    status: Status = Status.OK
    why: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration: float = 0.0

    @classmethod
    def of(cls, host: str, kind: LookKind, result: HostResult, look: Look | None) -> Answer:
        """Of a session: `look` is what came of it, None where it failed."""
        why = ("cannot be asked: " if result.unreachable else "") + result.why
        return cls(host, kind, look, result.status, why, result.started, result.duration)
