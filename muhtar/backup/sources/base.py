"""What every kind of source has: its place in the policy, and the pieces it is taken in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from muhtar.doors.process import Completed
from muhtar.doors.restic import Place
from muhtar.errors import DoorError, MuhtarError, UnreachableError
from muhtar.registers.fields import Size
from nornir_tasks.get_configs import Configs

__all__ = ["Held", "Machine", "MissingSourceError", "Output", "Paths", "Piece", "Source"]


class MissingSourceError(MuhtarError):
    """What the policy names is not there, or is empty: a finding about the target, not a failure of ours."""


@dataclass(frozen=True)
class Paths:
    """Files and folders of the host, by absolute path."""

    paths: tuple[str, ...]
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """What a command on the host prints, kept as the file `name`."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """Bytes that we hold, kept as the file `name`."""

    name: str
    data: bytes = field(repr=False)


Piece = Paths | Output | Held


@dataclass(frozen=True)
class Machine:
    """The host that a source is on, as far as a source may use it. `configs` gives a device's configurations."""

    name: str
    place: Place | None = None
    configs: Callable[[], Configs] | None = field(default=None, repr=False)

    def call(self, argv: Sequence[str], *, stdin: bytes | None = None, seconds: float = 120.0) -> Completed:
        """Run a reading command there as root, whatever its exit code. Raises UnreachableError where nobody answers."""
        if self.place is None:
            raise DoorError(f"{self.name} is no host with a shell", mend="give it a source that fits, such as device_config")
        done = self.place.run(argv, stdin=stdin, timeout=seconds)
        if done.returncode == 255:
            raise UnreachableError(f"{self.name} does not answer over SSH: {done.stderr.strip()[-300:] or 'no reason given'}")
        return done

    def read(self, argv: Sequence[str], *, stdin: bytes | None = None, seconds: float = 120.0) -> str:
        """What a reading command prints there. Raises DoorError where it fails."""
        done = self.call(argv, stdin=stdin, seconds=seconds)
        if done.returncode != 0:
            said = done.stderr.strip()[-500:] or f"it ended with code {done.returncode}"
            raise DoorError(f"{self.name}: {argv[0]} failed: {said}")
        return done.stdout


class Source(BaseModel, ABC):
    """One entry of the policy: something to back up.

    `rpo_hours` is how old its newest snapshot may be, `duty` the duty that its backup serves, `time_limit_minutes` how long one
    piece of it may take. An empty snapshot is a finding unless `may_be_empty` (a folder for recordings nobody made yet), and
    so is one smaller than `minimum_size` (bytes).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    # Where restic runs: beside the data, or here for what has no shell that we could use.
    runs: ClassVar[Literal["host", "runner"]] = "host"
    # The piece that says which version of the program the data is of, where that matters.
    version: ClassVar[Output | None] = None

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    rpo_hours: float | None = Field(default=None, gt=0)
    duty: str | None = None
    time_limit_minutes: float = Field(default=60, gt=0)
    may_be_empty: bool = False
    minimum_size: Size | None = Field(default=None, description="the least that a whole snapshot of it holds: 20 MB")

    @model_validator(mode="after")
    def _empty_or_not(self) -> Source:
        if self.may_be_empty and self.minimum_size:
            msg = "cannot both be allowed to be empty and have a minimum size"
            raise ValueError(msg)
        return self

    @abstractmethod
    def pieces(self, machine: Machine) -> list[Piece]:
        """What to take, one snapshot each. Raises MissingSourceError where it is not there."""

    @property
    def seconds(self) -> float:
        """The time limit of one piece in seconds."""
        return self.time_limit_minutes * 60
