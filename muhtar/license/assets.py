"""The register of assets (`registers/assets.yml`): what stands where, and which contracts are its cover."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from muhtar.duties import Unit
from muhtar.license.fields import STRICT, Contracts, Documents
from muhtar.registers.fields import Day, Identifier, Name

__all__ = ["Asset", "AssetRegister", "ExemptKind"]


class ExemptKind(BaseModel):
    """A kind of asset that needs no cover, and why: cheap enough to be replaced, for one."""

    model_config = STRICT

    kind: Identifier = Field(description="a kind of asset: keyboard")
    reason: Name = Field(description="why it needs no cover")


class Asset(BaseModel):
    """One thing with a serial number. `retired` is its first day out of use; `exempt` says why it needs no cover."""

    model_config = STRICT

    id: Identifier = Field(description="the number on its label, as bt-0042")
    kind: Identifier = Field(description="computer, server, switch, phone, camera or any other word")
    maker: Name = Field(description="who made it")
    model: Name = Field(description="the maker's name for it")
    serial: Name = Field(description="the maker's serial number, as text")
    purchased: Day = Field(description="the day of the purchase, YYYY-MM-DD")
    contracts: Contracts = ()
    exempt: Name | None = Field(default=None, description="why it needs no cover")
    retired: Day | None = Field(default=None, description="its first day out of use, YYYY-MM-DD")
    owner_unit: Unit | None = Field(
        default=None, description="administrative, networks, hardware, access, software or smart_cities"
    )
    directorate: Name | None = Field(default=None, description="the directorate that uses it: Fen İşleri Müdürlüğü")
    documents: Documents = ()

    @field_validator("retired")
    @classmethod
    def _after_purchase(cls, retired: date | None, info: ValidationInfo) -> date | None:
        purchased = info.data.get("purchased")
        if retired and purchased and retired < purchased:
            msg = f"is retired before it was bought ({purchased})"
            raise ValueError(msg)
        return retired

    @field_validator("contracts")
    @classmethod
    def _each_once(cls, contracts: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(contracts)) < len(contracts):
            msg = "names a contract twice"
            raise ValueError(msg)
        return contracts


class AssetRegister(BaseModel):
    """The whole register."""

    model_config = STRICT

    exempt_kinds: tuple[ExemptKind, ...] = Field(default=(), description="a list of {kind, reason}")
    assets: tuple[Asset, ...] = Field(description="a list of assets, each with an id")
