"""The originals of a device's configurations: what `network.backup` put into its encrypted repository, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.restore import Step, bring_back
from muhtar.backup.runs import SourceRun, source_runs
from muhtar.backup.sources.device_config import RUNNING, STARTUP
from muhtar.doors.restic import NoRepositoryError
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import UsageError
from muhtar.inventory import Inventory

__all__ = ["Read", "Which", "originals"]


class Which(StrEnum):
    """One of the two configurations that a device has: what it runs, and what it would start with."""

    RUNNING = "running"
    STARTUP = "startup"


# Fetches the bytes; None where the device gave no such configuration then.
Read = Callable[[], bytes | None]

_FILES = {Which.RUNNING: RUNNING, Which.STARTUP: STARTUP}


def originals(inventory: Inventory, host: str, which: Which) -> list[tuple[datetime, Read]]:
    """When the device was backed up (UTC), and how to fetch that version; only whole backups, nothing is fetched yet.

    Empty for a device that was never backed up, or that the policy leaves out. Raises UnreachableError, or what else restic
    says, where the repository cannot be asked: there may be versions in it.
    """
    try:
        plan = Plan.make(inventory.site, host, inventory=inventory, kind="device_config")
    except UsageError:  # the policy exempts it
        return []
    found: list[tuple[datetime, Read]] = []
    for job in plan.jobs:
        try:
            snapshots = plan.snapshots(job)
        except NoRepositoryError:
            continue
        for item in job.items:
            runs = (run for run in source_runs(snapshots, item.source.name) if run.whole())
            found += [(run.time, _reader(plan, job, item, run, which)) for run in runs]
    return found


def _reader(plan: Plan, job: Job, item: Item, run: SourceRun, which: Which) -> Read:
    def read() -> bytes | None:
        # In memory, if that can be: an original holds the device's passwords.
        with tempfile.TemporaryDirectory(prefix="muhtar-original-", dir=runtime_dir()) as room:
            folder = Path(room) / item.source.name
            bring_back(plan.restic(job, "runner"), Step.of(job.name, item, run, folder))
            file = folder / _FILES[which]
            return file.read_bytes() if file.is_file() else None

    return read
