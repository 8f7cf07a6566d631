"""The register of waivers (`registers/waivers.yml`): which findings are left as they are, by whose word, why, and until when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from muhtar.checks import CHECKS
from muhtar.registers.fields import Day, Identifier, Name

__all__ = ["Waiver", "Waivers"]


def _known(value: str) -> str:
    if value not in CHECKS:
        msg = "is no check; docs/reference/checks.md lists them"
        raise ValueError(msg)
    return value


class Waiver(BaseModel):
    """One decision. It covers findings of `check` on `targets`, all of them or, with `subject`, only those about that thing.

    `until` is its last day in force: there is none that holds for ever.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="a short name that never changes, as cam7-until-new-lens")
    check: Annotated[str, AfterValidator(_known)] = Field(description="the id of a check: drift.servers")
    targets: tuple[Name, ...] = Field(min_length=1, description="hosts, or ids of a register: [web1]")
    subject: Name | None = Field(default=None, description="only findings about this, as the report names it")
    owner: Name = Field(description="who decided and answers for it")
    reason: Name = Field(description="why it may stay as it is for now")
    until: Day = Field(description="the last day in force, YYYY-MM-DD")

    def in_force(self, day: date) -> bool:
        """Whether it holds on that day."""
        return day <= self.until

    def concerns(self, target: str, check: str) -> bool:
        """Whether a check of that target is what it speaks of."""
        return check == self.check and target in self.targets


class Waivers(BaseModel):
    """The whole register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waivers: tuple[Waiver, ...] = Field(description="a list of waivers, each with an id")
