"""The register of domains (`registers/domains.yml`): the names that the town is found by, and until when they are its own."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from muhtar.license.fields import STRICT, Term
from muhtar.registers.fields import Day, Identifier, Name

__all__ = ["Domain", "DomainRegister"]


class Domain(Term):
    """One domain. `start` need not be known; the lead time is what the registrar's invoice takes to be paid."""

    id: Identifier = Field(description="the domain itself: ornek.bel.tr")
    registrar: Name = Field(description="with whom it is registered")
    start: Day = Field(default=date(1990, 1, 1), description="the day of its registration, YYYY-MM-DD")
    end: Day = Field(description="last day of its registration, YYYY-MM-DD")


class DomainRegister(BaseModel):
    """The whole register."""

    model_config = STRICT

    domains: tuple[Domain, ...] = Field(description="a list of domains, each with an id")
