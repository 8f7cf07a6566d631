"""The register of licenses (`registers/licenses.yml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from muhtar.duties import Unit
from muhtar.license.fields import STRICT, Cost, Documents, Term
from muhtar.registers.fields import Count, Day, Identifier, Name

__all__ = ["BY_HAND", "BY_HOSTS", "Counted", "Covers", "License", "Licenses", "Metric"]

Metric = Literal["seat", "device", "core", "socket", "channel", "concurrent_call", "camera", "cal", "subscription"]
BY_HOSTS = frozenset({"seat", "device", "camera"})
"""Metrics that the inventory can count: one for each host covered."""
BY_HAND = frozenset({"cal", "subscription"})
"""Metrics that no look at a host can count."""


class Covers(BaseModel):
    """The hosts that use the product: groups of the inventory, single hosts, or both."""

    model_config = STRICT

    groups: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Covers:
        if not (self.groups or self.hosts):
            msg = "covers neither a group nor a host"
            raise ValueError(msg)
        return self


class Counted(BaseModel):
    """What somebody counted by hand, where nothing can count it yet: it grows old."""

    model_config = STRICT

    used: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] = Field(description="how many are in use, a whole number")
    on: Day = Field(description="the day of the count, YYYY-MM-DD")
    by: Name = Field(description="who counted, or from which screen")


class License(Term):
    """One license: what was bought, for whom, for how long, and who uses it.

    `metric` says what `quantity` counts. `support_ends` is the last day on which the maker mends this version. Money lies
    idle where more than `idle_percent` of the quantity is not used. `renews` names the entry of the term before, which stays.
    `directorate` is whose it is, where it is not ours. `discovered` names the product that discovery knows it by.
    """

    id: Identifier = Field(description="a short name that never changes, as antivirus-servers")
    product: Name = Field(description="what was bought")
    publisher: Name = Field(description="who makes it")
    metric: Metric = Field(description="seat, device, core, socket, channel, concurrent_call, camera, cal or subscription")
    quantity: Count = Field(description="how many were bought, a whole number")
    owner_unit: Unit = Field(description="administrative, networks, hardware, access, software or smart_cities")
    directorate: Name | None = Field(default=None, description="the directorate that uses it: Fen İşleri Müdürlüğü")
    renews: Identifier | None = Field(default=None, description="the id of the license whose term this one continues")
    contract: Identifier = Field(description="an id of contracts.yml: 2026-014")
    cost: Cost | None = Field(default=None, description="{amount: 12500.00, currency: TRY, kdv_percent: 20}")
    documents: Documents = ()
    support_ends: Day | None = Field(default=None, description="the maker's last day of support for this version, YYYY-MM-DD")
    idle_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = Field(
        default=20, description="how much may lie idle, in percent: 20"
    )
    covers: Covers | None = Field(default=None, description="{groups: [servers], hosts: []}")
    discovered: Identifier | None = Field(default=None, description="an id of the register of products: gitlab-ee")
    counted: Counted | None = Field(default=None, description="{used: 12, on: 2026-11-01, by: license screen of the server}")

    @model_validator(mode="after")
    def _countable(self) -> License:
        by_hosts = self.metric in BY_HOSTS
        if by_hosts and not (self.covers or self.counted or self.discovered):
            msg = (
                f"is bought by the {self.metric}, yet nothing says how many are used: "
                "add covers: {groups: [...]}, discovered, or counted"
            )
            raise ValueError(msg)
        if by_hosts and self.covers and self.counted:
            msg = "is counted twice: by the hosts that it covers, and by hand; remove counted"
            raise ValueError(msg)
        if self.discovered and self.counted and self.metric not in BY_HAND:
            msg = "is counted twice: by discovery, and by hand; remove counted"
            raise ValueError(msg)
        return self


class Licenses(BaseModel):
    """The whole register."""

    model_config = STRICT

    licenses: tuple[License, ...] = Field(description="a list of licenses, each with an id")
