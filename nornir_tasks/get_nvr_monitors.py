"""The monitors that a recorder has, and whether each of them really records."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nornir.core.task import Result, Task

from muhtar.secrets import Secret
from nornir_tasks.connections.zoneminder import ZoneMinder, ZoneMinderError
from nornir_tasks.host import session
from nornir_tasks.stream_address import StreamAddress

__all__ = ["Monitor", "get_nvr_monitors"]

# While a recording grows, ZoneMinder writes down its length every so many pictures.
FRAMES_PER_UPDATE = 100
# Younger than this is fresh, whatever the camera's rate, in seconds; a busy recorder writes late.
PATIENCE = 60.0
# Between two looks at monitors that do not record yet, in seconds.
PAUSE = 2.0


@dataclass(frozen=True)
class Monitor:
    """A monitor as its recorder knows it.

    `settings` are its fields by ZoneMinder's names, as text, without `Path`, `User` and `Pass`. `fps` are pictures captured a
    second. `age` is how old the newest recorded picture is, in seconds; None where nothing was ever recorded, or the recording
    is closed.
    """

    id: int
    name: str
    settings: dict[str, str]
    stream: StreamAddress
    status: str
    fps: float
    age: float | None

    @property
    def should_record(self) -> bool:
        """Whether it is set to record all the time; one that is not will not begin to, however long one waits."""
        return self.settings.get("Function") in {"Record", "Mocord"} and self.settings.get("Enabled") == "1"

    @property
    def trouble(self) -> str:
        """Why it does not record; empty while it does."""
        if self.status != "Connected" or self.fps <= 0:
            return f"no picture from the camera (state {self.status or 'unknown'}, {self.fps:g} pictures a second)"
        if self.age is None:
            return "pictures come in, but no recording is open"
        limit = max(PATIENCE, 2.5 * FRAMES_PER_UPDATE / self.fps)
        if self.age > limit:
            return f"pictures come in, but the newest recorded one is {self.age:.0f} s old"
        # A small step back is the time between a picture and the clock's next tick.
        if self.age < -limit:
            return f"the newest recorded picture is {-self.age:.0f} s in the future: the recorder's clock and time zone disagree"
        return ""


def get_nvr_monitors(task: Task, *, recording: Collection[str] = (), patience: float = 0.0) -> Result:
    """Result: list[Monitor]. Raises UnreachableError, and ZoneMinderError where the API refuses.

    Monitors named in `recording` are looked at again until they record, for at most `patience` seconds: a recorder that was
    just set up takes a while to reach its cameras.
    """
    api: ZoneMinder = session(task, "zoneminder")
    zone = _zone(api)
    deadline = time.monotonic() + patience
    while True:
        found = [_monitor(api, zone, item) for item in api.read("monitors.json")["monitors"]]
        waiting = [monitor for monitor in found if monitor.name in recording and monitor.should_record and monitor.trouble]
        if not waiting or time.monotonic() >= deadline:
            return Result(host=task.host, result=found)
        time.sleep(PAUSE)


def _zone(api: ZoneMinder) -> ZoneInfo:
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
