"""The register of licenses (`registers/licenses.yml`)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from muhtar.duties import Unit
from muhtar.registers.fields import Count, Day, Days, Identifier, Name

__all__ = ["Cost", "Covers", "License", "Licenses"]

_STRICT = ConfigDict(frozen=True, extra="forbid")


class Covers(BaseModel):
    """The hosts that use the product: groups of the inventory, single hosts, or both."""

    model_config = _STRICT

    groups: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Covers:
        if not (self.groups or self.hosts):
            msg = "covers neither a group nor a host"
            raise ValueError(msg)
        return self


class Cost(BaseModel):
    """What the current term cost, for the next budget."""

    model_config = _STRICT

    amount: Decimal = Field(ge=0, description="an amount: 12500.00")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="three capitals: TRY")


class License(BaseModel):
    """One license. `start` and `end` are its first and last day in force; without `end` it is open-ended.

    `metric` says what is counted: hosts (by the inventory), users (not by us), or the whole site (nothing to count).
    """

    model_config = _STRICT

    id: Identifier = Field(description="a short name that never changes, as antivirus-servers")
    product: Name = Field(description="what was bought")
    publisher: Name = Field(description="who makes it")
    metric: Literal["host", "user", "site"] = Field(description="what is counted: host, user or site")
    quantity: Count = Field(description="how many were bought, a whole number")
    start: Day = Field(description="first day in force, YYYY-MM-DD")
    end: Day | None = Field(default=None, description="last day in force, YYYY-MM-DD; leave it out where it is open-ended")
    lead_time_days: Days = Field(default=60, description="days from order to delivery, a whole number")
    thresholds_days: tuple[Days, ...] = Field(default=(90, 60, 30), description="days before the end to mention it: [90, 60, 30]")
    owner_unit: Unit = Field(description="administrative, networks, hardware, access, software or smart_cities")
    contract: Name = Field(description="number or place of the contract")
    cost: Cost | None = Field(default=None, description="{amount: 12500.00, currency: TRY}")
    covers: Covers | None = Field(default=None, description="{groups: [servers], hosts: []}")

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start")
        if end and start and end < start:
            msg = f"ends before it starts ({start})"
            raise ValueError(msg)
        return end

    @model_validator(mode="after")
    def _countable(self) -> License:
        if self.metric == "host" and self.covers is None:
            msg = "is counted by hosts, yet covers none: add covers: {groups: [...]}"
            raise ValueError(msg)
        return self

    @property
    def order_by(self) -> date | None:
        """The last day before which ordering is early enough: from this day on, it is late. None where it is open-ended."""
        return self.end - timedelta(days=self.lead_time_days) if self.end else None


class Licenses(BaseModel):
    """The whole register."""

    model_config = _STRICT

    licenses: tuple[License, ...] = Field(description="a list of licenses, each with an id")
