"""The duties of the department as data, and one line of the duty board. Workflows write such lines, renderers draw them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from muhtar.outcome import Outcome, Status

__all__ = ["UNITS", "BoardLine", "Duty", "Proof", "State", "Unit", "catalogue", "duty_name"]

Unit = Literal["administrative", "networks", "hardware", "access", "software", "smart_cities"]
UNITS: tuple[str, ...] = ("administrative", "networks", "hardware", "access", "software", "smart_cities")
_FILE = Path(__file__).parent / "duty" / "catalogue.yml"


class Proof(BaseModel):
    """A check that proves a duty; with `group`, on every host of that inventory group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    group: str | None = None

    def __str__(self) -> str:
        return f"{self.check} on {self.group}" if self.group else self.check


class Duty(BaseModel):
    """A duty: the letter of its article, its names, the unit that owes it by default and what proves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    tr: str
    en: str
    unit: Unit
    proved_by: tuple[Proof, ...] = ()


class State(StrEnum):
    """Where a duty stands. Only `proven` is good; the last three say that nobody could look."""

    PROVEN = "proven"
    LATE = "late"
    FINDING = "finding"
    FAILED = "failed"
    NEVER = "never"
    UNSERVED = "unserved"

    @property
    def status(self) -> Status:
        """The outcome status that the state stands for."""
        if self is State.PROVEN:
            return Status.OK
        return Status.FINDING if self in {State.LATE, State.FINDING} else Status.UNCHECKED


class BoardLine(BaseModel):
    """One duty on the board: its state, who owes it, and when it was last proven (None: never)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State
    owner: Unit
    last_proof: datetime | None = None

    def written(self) -> str:
        """As the `found` of a duty.proof outcome: one `key: value` a line."""
        proof = self.last_proof.isoformat(timespec="seconds") if self.last_proof else "never"
        return f"state: {self.state.value}\nowner: {self.owner}\nlast_proof: {proof}"

    @classmethod
    def read(cls, outcome: Outcome) -> BoardLine | None:
        """What `written` wrote into an outcome; None where its `found` is something else."""
        pairs: Mapping[str, str] = dict(line.split(": ", 1) for line in (outcome.found or "").splitlines() if ": " in line)
        try:
            return cls.model_validate(
                {key: None if value == "never" and key == "last_proof" else value for key, value in pairs.items()}
            )
        except ValidationError:
            return None


@cache
def catalogue() -> dict[str, Duty]:
    """Every duty by its id, in the order of the regulation."""
    import yaml

    loaded = TypeAdapter(list[Duty]).validate_python(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    return {duty.id: duty for duty in loaded}


def duty_name(duty_id: str, lang: str) -> str:
    """The short name of a duty; an empty string for an id that the catalogue lacks."""
    found = catalogue().get(duty_id)
    if found is None:
        return ""
    return found.tr if lang == "tr" else found.en
