"""What may differ: the variable `network_drift` of a device, by section."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.network.sections import SECTIONS

__all__ = ["VARIABLE", "Policy", "Rule", "policy_of"]

VARIABLE = "network_drift"


class Rule(BaseModel):
    """What holds for a section: must its lines stand in order, and what of lines that nobody asked for?"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordered: bool = Field(default=True, strict=True)
    extra: Literal["ignore", "warn", "fail"] = "fail"


class Policy(Rule):
    """The rule of all sections, and those of single ones. Without any, whatever the device calls a difference is a finding."""

    sections: Mapping[str, Rule] = Field(default_factory=dict)

    def rule(self, section: str) -> Rule:
        """The rule of a section; what it does not say holds as for all."""
        own = self.sections.get(section)
        if own is None:
            return Rule(ordered=self.ordered, extra=self.extra)
        return Rule(ordered=self.ordered, extra=self.extra).model_copy(update=own.model_dump(exclude_unset=True))


def policy_of(target: Target) -> Policy:
    """The device's policy. Raises InventoryError naming the file, the line and the key of what is wrong with it."""
    given = target.vars.get(VARIABLE)
    if given is None:
        return Policy()
    try:
        policy = Policy.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise _wrong(target, ".".join(str(part) for part in problem["loc"]), problem["msg"], _mend(problem["type"])) from error
    if unknown := sorted(set(policy.sections) - set(SECTIONS)):
        near = difflib.get_close_matches(unknown[0], SECTIONS, 1)
        mend = f"did you mean {near[0]!r}?" if near else f"sections are {', '.join(SECTIONS)}"
        raise _wrong(target, f"sections.{unknown[0]}", f"there is no section {unknown[0]!r}", mend)
    return policy


def _mend(kind: str) -> str:
    if kind == "extra_forbidden":
        return "known keys: ordered, extra; sections only on top"
    return "write ordered: true or false, extra: ignore, warn or fail, sections: {<section>: {...}}"


def _wrong(target: Target, place: str, said: str, mend: str) -> InventoryError:
    origin = target.origin(VARIABLE)
    return InventoryError(
        f"{said[:1].lower()}{said[1:]}",
        path=origin.relative if origin else None,
        line=origin.line if origin else None,
        key=f"{VARIABLE}.{place}" if place else VARIABLE,
        mend=mend,
    )
