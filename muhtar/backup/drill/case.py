"""One source of one host that is drilled, and what came of it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from muhtar.backup.drill.scratch import Scratch
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.restore import Step, bring_back
from muhtar.backup.runs import SourceRun
from muhtar.backup.sources.base import Machine, MissingSourceError
from muhtar.doors.restic import Restic, Snapshot

__all__ = ["Case", "Drilled", "Sampled", "UnusableError"]


class UnusableError(MissingSourceError):
    """What was restored cannot be used: the finding that drills are there for."""


@dataclass(frozen=True)
class Sampled:
    """One thing that was looked at: a file and its SHA-256 as restored, a table and its rows, a configuration and its diff."""

    name: str
    found: str
    equal: bool = True


@dataclass(frozen=True)
class Drilled:
    """What a drill saw.

    `seconds` is how long it took until what was restored could be used, all of the source; `estimated` says that only a sample
    came back and the rest was reckoned from it. `what` says what was compared; `wrong` what was not as it should be; `unseen`
    what nobody could look at, and `mend` what to do about it. `place` is where it was restored to.
    """

    seconds: float
    what: str
    place: str
    wrong: tuple[str, ...] = ()
    sample: tuple[Sampled, ...] = ()
    estimated: bool = False
    unseen: str = ""
    mend: str | None = None


@dataclass(frozen=True)
class Case:
    """What a drill has to work with: the snapshots (`step`), a folder of this machine, the scratch hosts, and its own dice."""

    plan: Plan
    job: Job
    step: Step
    restic: Restic
    machine: Machine
    scratch: Scratch
    dice: random.Random
    sample: int
    started: datetime = field(repr=False)

    @property
    def item(self) -> Item:
        """The source as the policy has it for this host."""
        return self.step.item

    @property
    def folder(self) -> Path:
        """Where on this machine the source may be restored to."""
        return self.step.folder

    @property
    def seconds(self) -> float:
        """How long any one part of the drill may take."""
        return self.item.source.seconds

    @property
    def run(self) -> SourceRun:
        """The run that is restored. Raises MissingSourceError where there is none."""
        if self.step.run is None:
            raise MissingSourceError("there is no whole snapshot to restore", mend="./inv backup.run")
        return self.step.run

    def piece(self, name: str) -> Snapshot | None:
        """The snapshot that holds what the source keeps as the file `name`; None where the run has none."""
        return next((shot for shot in self.run.snapshots if shot.paths[0].lstrip("/") == name), None)

    def text(self, shot: Snapshot) -> str:
        """A small file that is a snapshot of its own, read from the repository."""
        return self.restic.ask(["dump", "--quiet", "--no-lock", "--", shot.id, shot.paths[0]], seconds=self.seconds)

    def bring_back(self) -> float:
        """Restore all of the source into `folder`; how long that took, in seconds. Raises MissingSourceError for nothing."""
        began = time.monotonic()
        bring_back(self.restic, self.step)
        return time.monotonic() - began
