"""The fast check: servers that look just as they did at their last full check need no other.

A full check that finds nothing leaves a baseline: what the roles said decides their answers, and how that looked before they were
asked. Where nothing of it has changed, neither on the host nor in what is declared, the same questions have the same answers. In
every other case the host is checked in full.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from muhtar.doors.playbook import HostRun, PlaybookRun, run_playbook
from muhtar.drift import baseline
from muhtar.drift.baseline import Baseline, source_paths
from muhtar.drift.intent import digest_of
from muhtar.drift.observed import observations, uncovered
from muhtar.errors import DoorError
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.settings import ROOT, Site

__all__ = ["Unchanged", "learn", "unchanged"]

PLAYBOOK = ROOT / "playbooks" / "observe.yml"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unchanged:
    """A host that looks as it did, when that was, and what was evaluated then; `survey` is of today."""

    host: str
    baseline: Baseline
    duration: float
    started: datetime
    survey: Mapping[str, Any] | None = None

    def outcome(self, check: str) -> Outcome:
        """The one outcome of the host."""
        when = f"{self.baseline.checked:%Y-%m-%d %H:%M} UTC"
        return Outcome(
            target=self.host,
            check=check,
            status=Status.OK,
            summary=f"unchanged since the full check of {when}: {self.baseline.evaluated} tasks as declared",
            started=self.started,
            duration=self.duration,
        )


def unchanged(site: Site, names: Sequence[str], intent: str, *, inventory: Inventory, progress: Progress) -> list[Unchanged]:
    """Those of the hosts that need no full check. Never raises for a host: whatever goes wrong, it is only not among them."""
    oldest = datetime.now(UTC) - timedelta(hours=float(site.settings["full_check_hours"]))
    # Many hosts of a role publish the same files: each set is read once a look.
    sources = cache(digest_of)
    known: dict[str, Baseline] = {}
    for name in names:
        kept = baseline.load(site, name)
        if kept is None or kept.intent != intent or kept.checked <= oldest:
            continue
        if kept.sources == sources(source_paths(kept.observations)):
            known[name] = kept
    if not known:
        return []
    progress.phase(f"Servers: {len(known)} looked at as they were at their last full check", None)
    started = datetime.now(UTC)
    questions = {name: kept.questions for name, kept in known.items()}
    try:
        run = run_playbook(
            site,
            PLAYBOOK,
            inventory=inventory,
            limit=list(known),
            check=True,
            extra_vars={"observe_hosts": questions},
            progress=progress,
        )
    except DoorError as error:
        _log.warning("the fast look failed, so all hosts are checked in full: %s", error.message)
        return []
    return [
        Unchanged(name, kept, run.duration, started, host.told)
        for name, kept in known.items()
        if (host := run.hosts.get(name)) is not None and not host.failed and kept.holds(observations(host))
    ]


def learn(site: Site, name: str, run: PlaybookRun, intent: str, *, started: datetime, clean: bool) -> list[str]:
    """Keep what a full check has shown of a host, or forget what was kept; returns why there can be no fast check of it.

    `intent` is the fingerprint from before the run, `started` when the run began, `clean` whether it found nothing.
    """
    host = run.hosts.get(name)
    if not clean or host is None:
        baseline.forget(site, name)
        return []
    why = uncovered(host) or _touched(host, started)
    if why:
        baseline.forget(site, name)
        return why
    seen = observations(host)
    kept = Baseline(
        intent=intent,
        sources=digest_of(source_paths(seen)),
        checked=started,
        evaluated=host.evaluated,
        observations=tuple(dict(one) for one in seen),
    )
    baseline.keep(site, name, kept)
    return []


def _touched(host: HostRun, started: datetime) -> list[str]:
    """Files of the controller that were changed during the run: nobody knows whether it saw the old or the new."""
    moment = started.timestamp()
    files = [path for source in source_paths(observations(host)) for path in (source, *source.rglob("*"))]
    return [f"{path} was changed during the check" for path in files if path.exists() and path.stat().st_ctime >= moment][:1]
