"""What is demanded of recorders and cameras: limits from the inventory, every one of them proven before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from muhtar.errors import InventoryError, MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent
from muhtar.registers.fields import Day

__all__ = ["CameraPolicy", "Policies", "RecorderPolicy", "policies_of"]

Days = Annotated[float, Field(gt=0, le=3650)]
Port = Annotated[int, Field(ge=1, le=65535)]
Version = Annotated[str, Field(min_length=1, max_length=100)]


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=_Policy)


class CameraPolicy(_Policy):
    """One camera's: variables `camera_<field>`.

    `keep_days_min` and `keep_days_max` are the days that its recordings are kept at least and at most; `since` the day on which
    it began, where that is known. `gap_seconds` is the longest hole of a day that is no finding, `coverage` the share of a whole
    day in percent that must be there. `probe`: whether it is asked directly, from where Muhtar runs; `onvif_port` where it speaks
    ONVIF. `password_tries`: how many of the makers' passwords are tried in a run; 0, the default, tries none.
    """

    keep_days_min: Days | None = None
    keep_days_max: Days | None = None
    since: Day | None = None
    gap_seconds: float = Field(default=60, ge=1, le=86400)
    coverage: float = Field(default=99.0, ge=0, le=100)
    clock_seconds: float = Field(default=10, gt=0)
    firmware: Version | None = None
    probe: bool = True
    onvif_port: Port | None = None
    password_tries: int = Field(default=0, ge=0, le=3)

    @model_validator(mode="after")
    def _in_order(self) -> CameraPolicy:
        if self.keep_days_min is not None and self.keep_days_max is not None and self.keep_days_min > self.keep_days_max:
            msg = f"keep_days_min ({self.keep_days_min:g}) is above keep_days_max ({self.keep_days_max:g})"
            raise ValueError(msg)
        return self


class RecorderPolicy(_Policy):
    """One recorder's: variables `recorder_<field>`.

    `disk_free_percent` is what must be free on a disk that is not meant to be full; `smart` whether its disks have SMART to be
    asked for (virtual ones have none).
    """

    clock_seconds: float = Field(default=5, gt=0)
    disk_free_percent: float = Field(default=5, ge=0, le=100)
    smart: bool = True
    firmware: Version | None = None
    probe: bool = True


@dataclass(frozen=True)
class Policies:
    """The policies of a recorder and of its cameras by name; `intents` is where each limit is written, by host and key."""

    recorder: RecorderPolicy
    cameras: dict[str, CameraPolicy]
    intents: dict[tuple[str, str], Intent]

    def intent(self, host: str, *keys: str) -> Intent | None:
        """Where the first of these variables that is set is written."""
        return next((self.intents[host, key] for key in keys if (host, key) in self.intents), None)


def policies_of(inventory: Inventory, recorders: Sequence[Target], cameras: dict[str, list[str]]) -> dict[str, Policies]:
    """By recorder; `cameras` has the names of each one's. Raises InventoryError with every wrong variable."""
    problems: list[MuhtarError] = []
    intents: dict[tuple[str, str], Intent] = {}
    found = {
        recorder.name: Policies(
            recorder=_read(RecorderPolicy, "recorder", recorder, problems, intents),
            cameras={
                name: _read(CameraPolicy, "camera", inventory.target(name), problems, intents) for name in cameras[recorder.name]
            },
            intents=intents,
        )
        for recorder in recorders
    }
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "\n".join(f"- {problem}" for problem in problems)
        raise InventoryError(f"{len(problems)} variables of cameras and recorders are wrong:\n{lines}")
    return found


def _read(kind: type[P], prefix: str, target: Target, problems: list[MuhtarError], intents: dict[tuple[str, str], Intent]) -> P:
    given: dict[str, Any] = {}
    for field in kind.model_fields:
        key = f"{prefix}_{field}"
        if target.vars.get(key) is not None:
            # The loader gives numbers and words as YAML has them; Python's own date is what YAML makes of an unquoted day.
            value = target.vars[key]
            given[field] = value.isoformat() if isinstance(value, date) else value
            if origin := target.origin(key):
                intents[target.name, field] = Intent(file=origin.relative, line=origin.line)
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        for detail in error.errors():
            field = str(detail["loc"][0]) if detail["loc"] else "keep_days_min"
            where = intents.get((target.name, field))
            problems.append(
                InventoryError(
                    f"{target.name}: {detail['msg'].removeprefix('Value error, ')}",
                    path=where.file if where else None,
                    line=where.line if where else None,
                    key=f"{prefix}_{field}",
                    mend="see docs/cameras.md",
                )
            )
        return kind()
