"""A site's own word on its duties (`registers/duties.yml`): another owner unit, another rhythm. All of it is optional."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from muhtar.duties import Unit, catalogue

__all__ = ["EVERY_DAYS", "Duties", "DutyEntry"]

# A month and a few days' grace: what runs monthly is not late on a long one.
EVERY_DAYS = 35


def _known(value: str) -> str:
    if value not in catalogue():
        msg = f"is no duty; the duties are {', '.join(catalogue())}"
        raise ValueError(msg)
    return value


def _composed(value: object) -> object:
    # `ç` can be typed as one letter or as c and a cedilla; people cannot see which.
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


Every = Annotated[int, Field(strict=True, ge=1, le=3650)]


class DutyEntry(BaseModel):
    """What the site says of one duty; None means: as the catalogue has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, BeforeValidator(_composed), AfterValidator(_known)] = Field(description="the letter of the article: 8b10")
    owner_unit: Unit | None = Field(
        default=None, description="administrative, networks, hardware, access, software or smart_cities"
    )
    every_days: Every | None = Field(default=None, description="how old the last proof may be, in days")


class Duties(BaseModel):
    """The whole register. `every_days` holds for duties that do not say their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every_days: Every = Field(default=EVERY_DAYS, description="how old a last proof may be, in days")
    duties: tuple[DutyEntry, ...] = ()
