"""How a ZoneMinder recorder is, by its API."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.get_nvr_monitors import monitors_of, zone_of
from nornir_tasks.monitor import Monitor
from nornir_tasks.recorder import Disk, Health, Recordings, Untold, asked

__all__ = ["health_of"]

PAGE = 200
_NO_SMART = "ZoneMinder's API tells no SMART of its disks"


def health_of(api: ZoneMinder, *, recording: Collection[str] = (), patience: float = 0.0, window: timedelta) -> Health:
    """Everything at once; `recording` and `patience` as `get_nvr_monitors` has them, `window` is how far back spans reach.

    Raises UnreachableError, and ZoneMinderError for what is no answer.
    """
    monitors = monitors_of(api, recording=recording, patience=patience)
    zone = zone_of(api)
    return Health(
        monitors=monitors,
        recordings={monitor.name: asked(lambda monitor=monitor: _recordings(api, zone, monitor, window)) for monitor in monitors},  # type: ignore[misc]
        firmware=asked(lambda: str(api.read("host/getVersion.json")["version"])),
        disks=asked(lambda: _disks(api)),
        offset=Untold("its answers carry no date") if api.lead.offset is None else api.lead.offset,
    )


def _disks(api: ZoneMinder) -> tuple[Disk, ...]:
    used = api.read("host/getDiskPercent.json")["usage"]["Total"]["space"]
    return (Disk("recordings", free=1 - float(used) / 100, smart=Untold(_NO_SMART)),)


def _recordings(api: ZoneMinder, zone: ZoneInfo, monitor: Monitor, window: timedelta) -> Recordings:
    events = f"events/index/MonitorId:{monitor.id}.json"
    first = api.read(events, "sort=StartDateTime&direction=asc&limit=1")["events"]
    since = api.clock - window
    spans: list[tuple[datetime, datetime]] = []
    page, more = 1, bool(first)
    while more:
        answer = api.read(events, f"sort=StartDateTime&direction=desc&limit={PAGE}&page={page}")
        found = [_span(api, zone, item["Event"]) for item in answer["events"]]
        spans += [span for span in found if span[1] > since]
        # Sorted by their begin: what began before the window may still reach into it, but nothing older does so after it.
        more = bool(found) and found[-1][0] > since and bool((answer.get("pagination") or {}).get("nextPage"))
        page += 1
    spans.sort()
    if spans and not monitor.trouble and monitor.age is not None:
        # The last pictures of an open recording are on their way; that they come was looked at already.
        spans[-1] = (spans[-1][0], max(spans[-1][1], api.clock))
    return Recordings(tuple(spans), _span(api, zone, first[0]["Event"])[0] if first else None)


def _span(api: ZoneMinder, zone: ZoneInfo, event: dict[str, Any]) -> tuple[datetime, datetime]:
    began = datetime.fromisoformat(event["StartDateTime"]).replace(tzinfo=zone).astimezone(api.clock.tzinfo)
    if event.get("EndDateTime"):
        return began, datetime.fromisoformat(event["EndDateTime"]).replace(tzinfo=zone).astimezone(api.clock.tzinfo)
    return began, began + timedelta(seconds=float(event.get("Length") or 0))
