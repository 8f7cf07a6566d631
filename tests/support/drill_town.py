"""A town of one host, web1, whose repository is a real one in a folder; this machine plays the host and the scratch host."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from muhtar.backup import runs
from muhtar.backup.drill.run import Result, drill
from muhtar.backup.drill.scratch import Scratch
from muhtar.backup.plan import Job
from muhtar.backup.sources.base import Machine, Output, Paths
from muhtar.doors import process
from muhtar.doors.restic import Here, Place, Repository, Restic
from muhtar.outcome import Outcome
from muhtar.progress import NoProgress
from muhtar.secrets import Secret
from tests.support.backup_town import FakeTown, policy, target

__all__ = ["DrillTown"]


class DrillTown(FakeTown):
    """`sources` are those of the policy, as its register writes them."""

    def __init__(self, folder: Path, binary: str, *sources: dict[str, Any], place: Place | None = None) -> None:
        self.folder = folder
        self.binary = binary
        self.place = place or Here()
        self.repository = Repository(str(folder / "repository"), Secret("password-of-the-drilled-repository"))
        super().__init__(policy(groups={"web": {"sources": list(sources)}}), target("web1", "web"))

    def machine(self, job: Job, configs: object = None) -> Machine:
        """This machine plays the host."""
        del configs
        return Machine(job.name, self.place)

    def restic(self, job: Job | None = None, where: str = "runner", kept: object = None) -> Restic:
        """restic on the folder."""
        del job, where, kept
        return Restic(Here(), self.repository, binary=self.binary, cache=str(self.folder / "cache"))

    def take(self) -> None:
        """Back up every source, as `backup.run` does."""
        restic = self.restic()
        if not (self.folder / "repository" / "config").exists():
            restic.init()
        for item in self.jobs[0].items:
            pieces = item.source.pieces(self.machine(self.jobs[0]))
            tags = runs.tags(item.source.name, uuid.uuid4().hex[:12], len(pieces))
            for piece in pieces:
                match piece:
                    case Paths():
                        restic.backup_paths(piece.paths, host="web1", tags=tags, seconds=60)
                    case Output():
                        restic.backup_output(piece.command, name=piece.name, host="web1", tags=tags, seconds=60)

    def drill(self, *scratch: Machine, **options: Any) -> Result:
        """Drill with these scratch hosts."""
        return drill(self.site, progress=NoProgress(), plan=self, scratch=Scratch(scratch), **options)

    def drilled(self, *scratch: Machine, **options: Any) -> list[Outcome]:
        """The outcomes of a drill."""
        return list(self.drill(*scratch, **options).report.build().outcomes)

    def call(self, *words: str, check: bool = True) -> process.Completed:
        """Plain restic on the repository."""
        env = self.repository.environment(cache=str(self.folder / "cache"))
        return process.run([self.binary, *words], env=env, check=check, timeout=120)
