"""How well one system is protected by its backups: a line of the table that `backup.status` draws, as a report carries it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Property", "Protection"]

Property = Literal["age", "copies", "media", "offsite", "append_only", "check", "drill", "size"]


class Protection(BaseModel):
    """One system. None always means: never, or not known.

    `last` is when the newest whole snapshot was taken, of the source whose snapshot is the oldest against its RPO; `rpo_hours`
    is that RPO. `copies` counts the original too, and `media` what those copies are written on. `read` is the share of the
    repository's data that the last check read, 0 to 1; `rto_seconds` how long the last drill took to bring the system back.
    `bytes` is the size of all its sources; `growth` that size against the median of earlier runs (1.0: equal).
    `lacks` names the properties that are findings, `unknown` those that could not be looked at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str = Field(min_length=1)
    last: datetime | None = None
    rpo_hours: float
    copies: int | None = None
    media: int = 1
    offsite: bool = False
    append_only: bool = False
    checked: datetime | None = None
    read: float | None = Field(default=None, ge=0, le=1)
    drilled: datetime | None = None
    rto_seconds: float | None = Field(default=None, ge=0)
    bytes: int | None = None
    growth: float | None = None
    lacks: tuple[Property, ...] = ()
    unknown: tuple[Property, ...] = ()
