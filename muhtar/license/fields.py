"""What licenses, assets and contracts have in common: money, a term with its notices, papers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from muhtar.registers.fields import Day, Days, Identifier, Name

__all__ = ["STRICT", "Contracts", "Cost", "Documents", "Term"]

STRICT = ConfigDict(frozen=True, extra="forbid")

Documents = Annotated[tuple[Name, ...], Field(description="where its papers are: [archive/2026-014.pdf]")]
"""Places of papers: files or file numbers."""

Contracts = Annotated[tuple[Identifier, ...], Field(description="ids of contracts.yml: [2026-014]")]
"""References into the register of contracts."""


class Cost(BaseModel):
    """What a term cost, without KDV. `kdv_percent` is the rate of the day of the purchase."""

    model_config = STRICT

    amount: Decimal = Field(ge=0, le=10**12, description="an amount without KDV: 12500.00")
    currency: Literal["TRY", "USD", "EUR"] = Field(description="TRY, USD or EUR")
    kdv_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = Field(
        default=20, description="the rate of KDV in percent: 20"
    )

    @property
    def with_kdv(self) -> Decimal:
        """What was paid, in `currency`, to the hundredth."""
        return (self.amount * (100 + self.kdv_percent) / 100).quantize(Decimal("0.01"))


class Term(BaseModel):
    """From `start` to `end`, both in force; without `end` it is open-ended.

    A renewal is ordered `lead_time_days` before the end at the latest; notice is given from each of `thresholds_days` on.
    """

    model_config = STRICT

    start: Day = Field(description="first day in force, YYYY-MM-DD")
    end: Day | None = Field(default=None, description="last day in force, YYYY-MM-DD; leave it out where it is open-ended")
    lead_time_days: Days = Field(default=60, description="days from order to delivery, a whole number")
    thresholds_days: tuple[Days, ...] = Field(
        default=(180, 90, 60, 30), description="days before the end to give notice: [180, 90, 60, 30]; [] for none"
    )

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start")
        if end and start and end < start:
            msg = f"ends before it starts ({start})"
            raise ValueError(msg)
        return end

    @property
    def order_by(self) -> date | None:
        """The last day before which ordering is early enough: from this day on, it is late. None where it is open-ended."""
        return self.end - timedelta(days=self.lead_time_days) if self.end else None

    def in_force(self, day: date) -> bool:
        """Whether `day` is within the term."""
        return self.start <= day and (self.end is None or day <= self.end)

    def notice(self, left: int) -> int | None:
        """The threshold that was passed last with `left` days to go; None before the first."""
        return min((threshold for threshold in self.thresholds_days if left <= threshold), default=None)
