"""One role on one host: the smallest part of a server's declared state that can be brought about by itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from muhtar.doors.playbook import PlaybookRun, run_playbook
from muhtar.drift.mends.judged import CHECK
from muhtar.drift.servers import PLAYBOOK, all_failed
from muhtar.drift.tasks import outcomes
from muhtar.errors import DoorError
from muhtar.held import hold
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["RoleRun", "told"]

log = logging.getLogger(__name__)


def told(role: str, host: str) -> str:
    """What is run, for people."""
    return (
        f"role {role} on {host} alone (as ansible-playbook site.yml --limit {host} --tags {role}); a role is the smallest safe "
        "unit: its tasks build on one another"
    )


class RoleRun:
    """Runs a role on a host, in check mode or for real, and keeps what became of it. Its outcomes are of `drift.fix`."""

    def __init__(self, site: Site, role: str, host: str, progress: Progress) -> None:
        self._site = site
        self._role = role
        self._host = host
        self._progress = progress
        self._inventory = Inventory.load(site)

    def look(self, mend: str) -> list[Outcome]:
        """What the role would change: a finding a task; nothing is changed. An error of its own where the run fails."""
        started = datetime.now(UTC)
        self._progress.phase(f"role {self._role} on {self._host}, in check mode", None)
        try:
            return outcomes(CHECK, self._host, self._run(check=True), started=started, mend=mend)
        except DoorError as error:
            return all_failed(CHECK, [self._host], error, started)

    def apply(self, builder: ReportBuilder) -> Sequence[Outcome]:
        """Run it for real, the host's lock held; returns what went wrong.

        What will change is looked at before, and goes to the log; what was changed is noted. A host that could not be looked at
        is not changed.
        """
        started = datetime.now(UTC)
        with ExitStack() as locks:
            if busy := hold(locks, self._site, self._host, CHECK):
                return [busy]
            before = self.look("")
            if unseen := [outcome for outcome in before if outcome.status is Status.UNCHECKED]:
                return unseen
            for outcome in before:
                log.info("%s: about to mend %s\n%s", self._host, outcome.summary, outcome.diff or "")
            self._progress.phase(f"role {self._role} on {self._host}", None)
            try:
                run = self._run(check=False)
            except DoorError as error:
                return all_failed(CHECK, [self._host], error, started)
        for event in run.hosts[self._host].changed if self._host in run.hosts else ():
            builder.note(f"changed on {self._host}: {event.title}")
        if self._host in run.hosts:
            run.hosts[self._host].changed.clear()
        found = outcomes(CHECK, self._host, run, started=started, mend=f"see {run.log}")
        return [outcome for outcome in found if outcome.status is not Status.OK]

    def _run(self, *, check: bool) -> PlaybookRun:
        return run_playbook(
            self._site,
            PLAYBOOK,
            inventory=self._inventory,
            limit=[self._host],
            check=check,
            tags=[self._role],
            progress=self._progress,
        )
