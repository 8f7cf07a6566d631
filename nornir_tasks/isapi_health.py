"""How a Hikvision recorder is, by ISAPI.

Shapes of the documents: Hikvision's ISAPI developer guides (System, Content Management, Security). Firmwares write some words
wrongly, and are asked for them so: `searchResultPostion`, `selfEvaluaingStatus`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from nornir_tasks.clock import Clock
from nornir_tasks.connections.isapi import Isapi, IsapiError
from nornir_tasks.isapi_recordings import local_clock, recordings_of
from nornir_tasks.isapi_tracks import functions_of
from nornir_tasks.monitor import Monitor
from nornir_tasks.recorder import Disk, Health, Recordings, Untold, WithheldError, asked
from nornir_tasks.stream_address import StreamAddress

__all__ = ["health_of"]


def health_of(api: Isapi, *, window: timedelta, names: Mapping[str, str] | None = None) -> Health:
    """Everything at once; `window` is how far back spans of recordings reach, `names` what channels are called
    here, by what they are called there.

    Raises UnreachableError, IsapiError for what is no answer, and WithheldError where even the cameras are withheld.
    """
    channels = api.read("ContentMgmt/InputProxy/channels").findall("{*}InputProxyChannel")
    called = {int(text(item, "id")): (names or {}).get(text(item, "name"), text(item, "name")) for item in channels}
    clock = Clock()
    began = datetime.now(UTC)
    told = asked(lambda: local_clock(api))
    if not isinstance(told, Untold):
        clock.saw(began, told, step=1.0)
    recordings: dict[str, Recordings | Untold] = {
        called[int(text(channel, "id"))]: told
        if isinstance(told, Untold)
        else asked(_recordings_of(api, int(text(channel, "id")), told, window))
        for channel in channels
    }
    return Health(
        monitors=_monitors(api, channels, called, recordings, told),
        recordings=recordings,
        offset=told if isinstance(told, Untold) else clock.offset or 0.0,
        firmware=asked(lambda: _firmware(api)),
        disks=asked(lambda: _disks(api)),
        channels=asked(lambda: (len(channels), _allowed(api))),
        insecure=asked(lambda: _insecure(api)),
        camera_firmware={
            called[int(text(channel, "id"))]: version
            for channel in channels
            if (version := channel.findtext("{*}sourceInputPortDescriptor/{*}firmwareVersion", "").strip())
        },
    )


def text(element: Element, name: str) -> str:
    """What the child says. Raises IsapiError where there is none."""
    found = element.findtext(f"{{*}}{name}")
    if found is None:
        raise IsapiError(f"{element.tag.rpartition('}')[2]}: the answer has no {name}")
    return found.strip()


def _recordings_of(api: Isapi, channel: int, now: datetime, window: timedelta) -> Callable[[], Recordings]:
    return lambda: recordings_of(api, channel, now=now, window=window)


def _monitors(
    api: Isapi,
    channels: list[Element],
    called: Mapping[int, str],
    recordings: Mapping[str, Recordings | Untold],
    now: datetime | Untold,
) -> list[Monitor]:
    online = asked(lambda: _online(api))
    functions = asked(lambda: functions_of(api.read("ContentMgmt/record/tracks")))
    found = []
    for channel in channels:
        number = int(text(channel, "id"))
        name = called[number]
        kept = recordings[name]
        withheld = {
            key: value.why
            for key, value in (("status", online), ("Function", functions), ("age", kept))
            if isinstance(value, Untold)
        }
        settings = {"Name": name, "Enabled": "1", "Address": channel.findtext("{*}sourceInputPortDescriptor/{*}ipAddress", "")}
        if not isinstance(functions, Untold):
            settings["Function"] = functions.get(number, "None")
        found.append(
            Monitor(
                id=number,
                name=name,
                settings=settings,
                stream=StreamAddress(""),
                status="" if isinstance(online, Untold) else online.get(number, "not told"),
                fps=None,
                age=_age(kept, now),
                withheld=withheld,
            )
        )
    return found


def _age(kept: Recordings | Untold, now: datetime | Untold) -> float | None:
    if isinstance(kept, Untold) or isinstance(now, Untold) or not kept.spans:
        return None
    return (now - kept.spans[-1][1]).total_seconds()


def _online(api: Isapi) -> dict[int, str]:
    """`Connected`, or what the recorder says instead, by the numbers of channels."""
    found = {}
    for status in api.read("ContentMgmt/InputProxy/channels/status").findall("{*}InputProxyChannelStatus"):
        up = text(status, "online") == "true"
        found[int(text(status, "id"))] = "Connected" if up else status.findtext("{*}chanDetectResult", "offline")
    return found


def _firmware(api: Isapi) -> str:
    device = api.read("System/deviceInfo")
    return f"{text(device, 'firmwareVersion')} {device.findtext('{*}firmwareReleasedDate', '')}".strip()


def _allowed(api: Isapi) -> int:
    """How many cameras the recorder may have. Raises WithheldError where it does not say."""
    found = api.read("System/capabilities").findtext(".//{*}inputProxyNums")
    if found is None:
        raise WithheldError("System/capabilities does not say how many cameras are allowed")
    return int(found)


def _disks(api: Isapi) -> tuple[Disk, ...]:
    return tuple(_disk(api, item) for item in api.read("ContentMgmt/Storage/hdd").findall("{*}hdd"))


def _disk(api: Isapi, item: Element) -> Disk:
    number, capacity = text(item, "id"), float(text(item, "capacity"))
    state = text(item, "status")
    return Disk(
        name=item.findtext("{*}hddName", "").strip() or f"disk {number}",
        free=float(text(item, "freeSpace")) / capacity if capacity else Untold("it says that it has no room at all"),
        # An idle disk sleeps until its group is written to.
        state="" if state in {"ok", "idle"} else state,
        smart=asked(lambda: _smart(api, number)),
        overwrites=True,
    )


def _smart(api: Isapi, number: str) -> str:
    status = api.read(f"ContentMgmt/Storage/hdd/{number}/SMARTTest/status")
    own, whole = text(status, "selfEvaluaingStatus"), text(status, "allEvaluaingStatus")
    return "" if (own, whole) == ("ok", "functional") else f"self-evaluation {own}, whole {whole}"


def _insecure(api: Isapi) -> tuple[str, ...]:
    """What the recorder offers without protection, by its own list of protocols."""
    found = []
    for access in api.read("Security/adminAccesses").findall("{*}AdminAccessProtocol"):
        name = text(access, "protocol").upper()
        if name in {"HTTP", "TELNET"} and text(access, "enabled") == "true":
            found.append(f"{name} on port {text(access, 'portNo')}, without TLS")
    return tuple(found)
