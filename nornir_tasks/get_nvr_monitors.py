"""The monitors that a recorder has, and whether each of them really records."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nornir.core.task import Result, Task

from muhtar.secrets import Secret
from nornir_tasks.connections.zoneminder import ZoneMinder, ZoneMinderError
from nornir_tasks.host import session
from nornir_tasks.monitor import Monitor
from nornir_tasks.stream_address import StreamAddress

__all__ = ["get_nvr_monitors", "monitors_of", "zone_of"]

# Between two looks at monitors that do not record yet, in seconds.
PAUSE = 2.0


def get_nvr_monitors(task: Task, *, recording: Collection[str] = (), patience: float = 0.0) -> Result:
    """Result: list[Monitor]. Raises UnreachableError, and ZoneMinderError where the API refuses.

    Monitors named in `recording` are looked at again until they record, for at most `patience` seconds: a recorder that was
    just set up takes a while to reach its cameras.
    """
    found = monitors_of(session(task, "zoneminder"), recording=recording, patience=patience)
    return Result(host=task.host, result=found)


def monitors_of(api: ZoneMinder, *, recording: Collection[str] = (), patience: float = 0.0) -> list[Monitor]:
    """The same, of a session."""
    zone = zone_of(api)
    deadline = time.monotonic() + patience
    while True:
        found = [_monitor(api, zone, item) for item in api.read("monitors.json")["monitors"]]
        waiting = [monitor for monitor in found if monitor.name in recording and monitor.should_record and monitor.trouble]
        if not waiting or time.monotonic() >= deadline:
            return found
        time.sleep(PAUSE)


def zone_of(api: ZoneMinder) -> ZoneInfo:
    """The time zone that its times are in. Raises ZoneMinderError where it names none."""
    name = str(api.read("host/getTimeZone.json").get("tz") or "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ZoneMinderError(f"the recorder says its time zone is {name!r}, which is none") from error


def _monitor(api: ZoneMinder, zone: ZoneInfo, item: dict[str, Any]) -> Monitor:
    settings = {key: "" if value is None else _text(value) for key, value in item["Monitor"].items()}
    # Logins become secrets the moment they are read, so that nothing can print them from here on.
    stream = StreamAddress.parse(settings.pop("Path"))
    settings.pop("User", None)
    Secret(settings.pop("Pass", ""))
    Secret(settings.get("ONVIF_Password", ""))
    state = item.get("Monitor_Status") or {}
    number = int(settings["Id"])
    return Monitor(
        id=number,
        name=settings["Name"],
        settings=settings,
        stream=stream,
        status=str(state.get("Status") or ""),
        fps=float(state.get("CaptureFPS") or 0),
        age=_age(api, zone, number),
    )


def _age(api: ZoneMinder, zone: ZoneInfo, number: int) -> float | None:
    """Age of the newest recorded picture, by the recorder's own clock; None where no recording is open."""
    answer = api.read(f"events/index/MonitorId:{number}.json", "sort=StartDateTime&direction=desc&limit=1")
    newest = next((item["Event"] for item in answer["events"]), None)
    if newest is None or newest.get("EndDateTime"):
        return None
    began = datetime.fromisoformat(newest["StartDateTime"]).replace(tzinfo=zone)
    last = began + timedelta(seconds=float(newest.get("Length") or 0))
    return (api.clock - last).total_seconds()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
