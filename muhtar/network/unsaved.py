"""network.unsaved: does a device boot with what it runs? A change that nobody saved is gone with the next power cut."""

from __future__ import annotations

import difflib

from muhtar.errors import LockedError, MuhtarError, UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import devices
from muhtar.network.history.place import tagger
from muhtar.network.history.take import Taken, read
from muhtar.network.history.text import kept_text, significant
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count
from nornir_tasks.config_rules import rules_of

__all__ = ["CHECK", "check", "outcome"]

CHECK = "network.unsaved"
_MEND = "if the change is wanted, declare it and ./inv network.apply --limit {host} --apply (it saves); if not, take it back"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """One outcome of `network.unsaved` for each selected device; nothing is changed, nothing is kept.

    Raises InventoryError where no device is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    taken = read(inventory, chosen, progress)
    builder.add(*(outcome(site, target, taken[target.name]) for target in chosen))
    return builder


def outcome(site: Site, target: Target, taken: Taken) -> Outcome:
    """What a reading says: finding with the diff from the startup to the running configuration, ok where they say the same."""
    problem = taken.error or taken.startup_error
    if problem is not None or taken.configs is None:
        status = Status.UNCHECKED if isinstance(problem, (UnreachableError, LockedError)) else Status.ERROR
        mend = problem.mend if isinstance(problem, MuhtarError) else None
        return _made(target, taken, status, problem.message if problem else "no configuration was read", mend=mend)
    platform = str(target.platform)
    if rules_of(platform).startup is None:
        return _made(target, taken, Status.OK, f"{platform} saves what is committed: there is nothing that could be unsaved")
    mend = _MEND.format(host=target.name)
    if not taken.configs.startup or not taken.configs.startup.strip():
        return _made(
            target, taken, Status.FINDING, "nothing is saved: the next start begins with an empty configuration", mend=mend
        )
    if taken.configs.startup == taken.configs.running:
        return _made(target, taken, Status.OK, "what runs is saved")
    tag = tagger(site.name, target.name)
    saved, running = (
        significant(kept_text(data, platform, tag), platform) for data in (taken.configs.startup, taken.configs.running)
    )
    if saved == running:
        return _made(target, taken, Status.OK, "what runs is saved")
    lines = list(difflib.unified_diff(saved, running, "startup", "running", lineterm="", n=2))
    differing = count(sum(line[:1] in "+-" for line in lines) - 2, "line")
    summary = f"{differing} would be lost or come back with the next start"
    return _made(target, taken, Status.FINDING, summary, diff="\n".join(lines), mend=mend)


def _made(
    target: Target, taken: Taken, status: Status, summary: str, *, diff: str | None = None, mend: str | None = None
) -> Outcome:
    return Outcome(
        target=target.name,
        check=CHECK,
        status=status,
        summary=summary,
        diff=diff,
        mend=mend,
        started=taken.started,
        duration=taken.duration,
    )
