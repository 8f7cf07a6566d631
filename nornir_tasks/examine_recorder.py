"""How a recorder is: its cameras, what it keeps of them, its disks, its clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from nornir.core.task import Result, Task

from nornir_tasks.connections.isapi import Isapi
from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.host import session, target_of
from nornir_tasks.isapi_health import health_of as isapi_health
from nornir_tasks.recorder import Health
from nornir_tasks.recorder_kind import recorder_kind
from nornir_tasks.zoneminder_health import health_of as zoneminder_health

__all__ = ["examine_recorder"]


def examine_recorder(
    task: Task, *, recording: Collection[str] = (), patience: float = 0.0, window: timedelta = timedelta(hours=24)
) -> Result:
    """Result: Health, read in one session. Monitors named in `recording` get `patience` seconds to begin recording.

    Raises UnreachableError, a DoorError for what is no answer. What alone is refused is an `Untold` in the result.
    """
    health: Health
    if recorder_kind(target_of(task)) == "isapi":
        isapi: Isapi = session(task, "isapi")
        health = isapi_health(isapi, window=window)
    else:
        zoneminder: ZoneMinder = session(task, "zoneminder")
        health = zoneminder_health(zoneminder, recording=recording, patience=patience, window=window)
    return Result(host=task.host, result=health)
