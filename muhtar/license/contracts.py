"""The register of contracts (`registers/contracts.yml`): with whom, for what, for how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from muhtar.license.fields import STRICT, Cost, Documents, Term
from muhtar.registers.fields import Identifier, Name

__all__ = ["COVERING", "Contract", "ContractRegister"]

COVERING = frozenset({"warranty", "maintenance", "support"})
"""Kinds of contract that are cover for an asset."""


class Contract(Term):
    """One contract. Those of kind `license` say where a license comes from; the others are cover for assets.

    With a maintenance contract, somebody may come every `visit_every_days`, counted from its first day.
    """

    id: Identifier = Field(description="a short name that never changes, as 2026-014")
    supplier: Name = Field(description="with whom")
    kind: Literal["support", "warranty", "maintenance", "license"] = Field(
        description="support, warranty, maintenance or license"
    )
    cost: Cost | None = Field(default=None, description="{amount: 12500.00, currency: TRY, kdv_percent: 20}")
    visit_every_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = Field(
        default=None, description="days from one visit of the maintenance to the next: 90"
    )
    documents: Documents = ()

    @field_validator("visit_every_days")
    @classmethod
    def _of_maintenance(cls, days: int | None, info: ValidationInfo) -> int | None:
        if days is not None and info.data.get("kind") != "maintenance":
            msg = "only a contract of kind maintenance has visits"
            raise ValueError(msg)
        return days


class ContractRegister(BaseModel):
    """The whole register."""

    model_config = STRICT

    contracts: tuple[Contract, ...] = Field(description="a list of contracts, each with an id")
