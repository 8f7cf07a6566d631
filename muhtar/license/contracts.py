"""The register of contracts (`registers/contracts.yml`): with whom, for what, for how long."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from muhtar.license.fields import STRICT, Cost, Documents, Term
from muhtar.registers.fields import Identifier, Name

__all__ = ["COVERING", "Contract", "ContractRegister"]

COVERING = frozenset({"warranty", "maintenance", "support"})
"""Kinds of contract that are cover for an asset."""


class Contract(Term):
    """One contract. Those of kind `license` say where a license comes from; the others are cover for assets."""

    id: Identifier = Field(description="a short name that never changes, as 2026-014")
    supplier: Name = Field(description="with whom")
    kind: Literal["support", "warranty", "maintenance", "license"] = Field(
        description="support, warranty, maintenance or license"
    )
    cost: Cost | None = Field(default=None, description="{amount: 12500.00, currency: TRY, kdv_percent: 20}")
    documents: Documents = ()


class ContractRegister(BaseModel):
    """The whole register."""

    model_config = STRICT

    contracts: tuple[Contract, ...] = Field(description="a list of contracts, each with an id")
