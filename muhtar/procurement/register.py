"""The register of purchases (`registers/procurement.yml`): limits of each year, rates, and what is specified of what is bought.

Amounts that Turkish law changes every year are data with a source. The ways of buying are those of law 4734 (public procurement):
article 19 (open tender), 21/f (negotiated, up to a limit), 22/a, b, c (one possible seller) and 22/d (direct, up to a limit),
3/e (State Supply Office, DMO). Article 62/ı bounds what 21/f and 22/d may take of a year's appropriations.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from muhtar.license.fields import STRICT, Cost
from muhtar.registers.fields import Day, Days, Identifier, Name, Plain

__all__ = [
    "Hardware",
    "Limits",
    "Price",
    "Procurement",
    "Rate",
    "Requirement",
    "Share",
    "Signatures",
    "Signer",
    "Software",
    "Way",
]

Amount = Annotated[Decimal, Field(ge=0, le=10**12)]
Years = Annotated[int, Field(strict=True, ge=1, le=50)]
Text = Annotated[str, Field(min_length=1, max_length=600, pattern=r"\S"), Plain]
Directorates = Annotated[tuple[Name, ...], Field(description="only assets of these directorates: [Fen İşleri Müdürlüğü]")]


class Requirement(BaseModel):
    """One line of a specification: what is asked for, and what at least is wanted of it."""

    model_config = STRICT

    item: Name = Field(description="what is asked for: Bellek")
    wanted: Text = Field(description="what at least is wanted: En az 16 GB DDR5")


Requirements = Annotated[tuple[Requirement, ...], Field(description="a list of {item, wanted}")]


class Price(Cost):
    """What one costs without KDV: on which day, and who said so."""

    on: Day = Field(description="the day of the price, YYYY-MM-DD")
    source: Name = Field(description="who said so: three offers, the price list of DMO")


class Way(BaseModel):
    """A way of buying that is decided by hand, and why the law allows it."""

    model_config = STRICT

    by: Literal["dmo", "22a", "22b", "22c"] = Field(description="dmo, 22a, 22b or 22c")
    because: Name = Field(description="why: its maker alone sells it")


class Hardware(BaseModel):
    """The baseline of a role: which assets have it, how long they live, what takes their place, and what that must do.

    An asset has the first role of the list that fits it. `uncovered` says what is bought where its cover ends before its life.
    """

    model_config = STRICT

    id: Identifier = Field(description="a short name that never changes: office-computer")
    name: Name = Field(description="what the papers call one: Ofis bilgisayarı")
    unit: Name = "adet"
    kinds: tuple[Identifier, ...] = Field(min_length=1, description="kinds of assets.yml: [computer]")
    models: tuple[Name, ...] = Field(default=(), description="only these models: [A-48]")
    directorates: Directorates = ()
    life_years: Years | None = Field(default=None, description="after so many years it is replaced; without it, never")
    uncovered: Literal["maintenance", "replacement"] = Field(default="maintenance", description="maintenance or replacement")
    lead_time_days: Days = Field(default=60, description="days from order to delivery, a whole number")
    warranty_years: Years = Field(default=3, description="years of warranty that are asked for")
    price: Price | None = Field(default=None, description="{amount: 30000, currency: TRY, on: 2026-11-20, source: three offers}")
    maintenance_price: Price | None = Field(default=None, description="of one year's maintenance of one, as price")
    requirements: Requirements = Field(min_length=1)
    maintenance_requirements: Requirements = ()
    way: Way | None = Field(default=None, description="{by: dmo, because: it is in the catalogue}")
    maintenance_way: Way | None = Field(default=None, description="as way, of its maintenance")

    @model_validator(mode="after")
    def _specified(self) -> Hardware:
        if self.uncovered == "maintenance" and not self.maintenance_requirements:
            msg = "buys maintenance where cover ends, yet not which: add maintenance_requirements, or uncovered: replacement"
            raise ValueError(msg)
        return self


class Software(BaseModel):
    """A class of software: which licenses are of it, and what is asked of it. What is bought of a class is bought together."""

    model_config = STRICT

    id: Identifier = Field(description="a short name that never changes: security")
    name: Name = Field(description="what the papers call it: Güvenlik yazılımları")
    nature: Literal["goods", "services"] = Field(default="goods", description="goods or services")
    licenses: tuple[Identifier, ...] = Field(min_length=1, description="ids of licenses.yml: [antivirus-servers]")
    requirements: Requirements = Field(min_length=1)
    way: Way | None = Field(default=None, description="{by: 22b, because: its maker alone sells it}")


class Share(BaseModel):
    """What a year's budget has for goods, or for services, and what 21/f and 22/d took of it so far; TRY with KDV."""

    model_config = STRICT

    appropriation: Amount = Field(description="what the budget has for it, in TRY: 40000000")
    spent: Amount = Field(default=Decimal(0), description="what was spent of it by 21/f and 22/d so far, in TRY: 0")


class Limits(BaseModel):
    """The amounts of a budget year, in TRY without KDV. A purchase of exactly the limit is still within it."""

    model_config = STRICT

    year: Annotated[int, Field(strict=True, ge=2000, le=2199)] = Field(description="the budget year: 2027")
    direct: Amount = Field(description="the limit of article 22/d for a municipality like yours, in TRY without KDV")
    negotiated: Amount = Field(description="the limit of article 21/f, in TRY without KDV")
    share_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = Field(
        default=10, description="what 21/f and 22/d may take of the appropriations, article 62/ı, in percent: 10"
    )
    goods: Share = Field(description="{appropriation: 40000000, spent: 0}")
    services: Share = Field(description="{appropriation: 20000000, spent: 0}")
    source: Name = Field(description="where the limits stand: Kamu İhale Tebliği (No: ...)")

    @field_validator("negotiated")
    @classmethod
    def _above_direct(cls, negotiated: Decimal, info: ValidationInfo) -> Decimal:
        direct = info.data.get("direct")
        if direct is not None and negotiated < direct:
            msg = f"is below the limit of 22/d ({direct})"
            raise ValueError(msg)
        return negotiated


class Rate(BaseModel):
    """What one unit of a currency cost in lira on a day."""

    model_config = STRICT

    currency: Literal["USD", "EUR"] = Field(description="USD or EUR")
    lira: Annotated[Decimal, Field(gt=0, le=10**6)] = Field(description="lira for one: 41.2345")
    on: Day = Field(description="the day of the rate, YYYY-MM-DD")
    source: Name = Field(description="whose rate: TCMB döviz satış kuru")


class Signer(BaseModel):
    """Who signs; without a name the line is left to be written by hand."""

    model_config = STRICT

    name: Name | None = Field(default=None, description="a name: Ayşe Örnek")
    title: Name = Field(description="an office: Bilgisayar Mühendisi")


class Signatures(BaseModel):
    """The three who sign a specification."""

    model_config = STRICT

    prepared: Signer = Signer(title="Teknik Personel")
    checked: Signer = Signer(title="Birim Sorumlusu")
    approved: Signer = Signer(title="Bilgi İşlem Müdürü")


class Procurement(BaseModel):
    """The whole register."""

    model_config = STRICT

    limits: tuple[Limits, ...] = Field(description="a list of {year, direct, negotiated, goods, services, source}")
    rates: tuple[Rate, ...] = Field(default=(), description="a list of {currency, lira, on, source}")
    hardware: tuple[Hardware, ...] = Field(default=(), description="a list of baselines of roles, each with an id")
    software: tuple[Software, ...] = Field(default=(), description="a list of classes of software, each with an id")
    general_terms: tuple[Text, ...] = Field(
        default=(), description="further general terms of every specification, a list of texts"
    )
    signatures: Signatures = Signatures()
