"""The network devices of a plan; they are read by the code that `network.backup` uses too."""

from __future__ import annotations

from muhtar.backup.plan import Plan
from muhtar.inventory import Target
from muhtar.network.history.take import Taken, read
from muhtar.progress import Progress

__all__ = ["devices_of", "read_devices"]


def devices_of(plan: Plan) -> list[Target]:
    """Those whose sources are taken from here, over a session."""
    return [job.target for job in plan.jobs if any(item.source.runs == "runner" for item in job.items)]


def read_devices(plan: Plan, progress: Progress) -> dict[str, Taken]:
    """What every one of them gives now, by name; nothing is kept."""
    targets = devices_of(plan)
    return read(plan.inventory, targets, progress) if targets else {}
