"""How a recorder is: its cameras, what it keeps of them, its disks, its clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import cast

from nornir.core.task import Result, Task

from nornir_tasks.connections.isapi import Isapi
from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.host import session, target_of
from nornir_tasks.isapi_health import health_of as isapi_health
from nornir_tasks.recorder import Health
from nornir_tasks.recorder_kind import recorder_kind
from nornir_tasks.stills_of import stills_of
from nornir_tasks.zoneminder_health import health_of as zoneminder_health

__all__ = ["examine_recorder"]


def examine_recorder(
    task: Task,
    *,
    recording: Collection[str] = (),
    patience: float = 0.0,
    window: timedelta = timedelta(hours=24),
    still_width: int = 0,
    names: Mapping[str, str] | None = None,
) -> Result:
    """Result: Health, read in one session. Monitors named in `recording` get `patience` seconds to begin recording.

    `names` are the names that channels of an ISAPI recorder have here, by those that they have there. With a `still_width`
    (pixels) pictures of those named in `recording` are taken too.

    Raises UnreachableError, a DoorError for what is no answer. What alone is refused is an `Untold` in the result.
    """
    health: Health
    api: Isapi | ZoneMinder
    if recorder_kind(target_of(task)) == "isapi":
        api = cast("Isapi", session(task, "isapi"))
        health = isapi_health(api, window=window, names=names or {})
    else:
        api = cast("ZoneMinder", session(task, "zoneminder"))
        health = zoneminder_health(api, recording=recording, patience=patience, window=window)
    if still_width:
        shown = [monitor for monitor in health.monitors if monitor.name in recording]
        health = replace(health, stills=stills_of(api, shown, width=still_width))
    return Result(host=task.host, result=health)
