"""Pictures that prove that cameras see, as a report carries them: for the page, and for no file that goes further."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Still"]


class Still(BaseModel):
    """One camera's picture. `jpeg` is empty where there is none; `why` then says why not.

    People may be on it, so it is left out wherever a report is written as JSON, kept or sent: only a page that is drawn in the
    run itself shows it. A stored report says which pictures there were, and when they were taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: str = Field(min_length=1)
    recorder: str = Field(min_length=1)
    taken: datetime
    jpeg: bytes = Field(default=b"", exclude=True, repr=False)
    why: str = ""

    @field_validator("taken")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            msg = "taken must carry a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC)
