"""The network devices of a plan: read, and kept, by the code that `network.backup` uses too."""

from __future__ import annotations

from muhtar.backup.plan import Plan
from muhtar.inventory import Target
from muhtar.network.history.take import Taken, read, take
from muhtar.progress import Progress

__all__ = ["read_devices", "take_devices"]


def take_devices(plan: Plan, progress: Progress) -> dict[str, Taken]:
    """Read every device of the plan and keep in the history what changed; what became of each, by name."""
    targets = _devices(plan)
    return take(plan.inventory, targets, progress=progress) if targets else {}


def read_devices(plan: Plan, progress: Progress) -> dict[str, Taken]:
    """Read them only."""
    targets = _devices(plan)
    return read(plan.inventory, targets, progress) if targets else {}


def _devices(plan: Plan) -> list[Target]:
    return [job.target for job in plan.jobs if any(item.source.runs == "runner" for item in job.items)]
