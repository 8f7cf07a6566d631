"""What would make a recorder's monitors the declared cameras. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muhtar.video.cameras import Camera
from nornir_tasks.monitor import Monitor
from nornir_tasks.set_nvr_monitors import MonitorChange
from nornir_tasks.stream_address import StreamAddress

__all__ = ["Difference", "plan"]


@dataclass(frozen=True)
class Difference:
    """A monitor that is not as declared: `change` would mend it; `wanted` and `found` say it in words, without logins."""

    change: MonitorChange
    summary: str
    wanted: str
    found: str


def plan(declared: Iterable[Camera], monitors: Iterable[Monitor]) -> list[Difference]:
    """Differences, those of declared cameras first, in their order; then monitors that nobody declared.

    A monitor belongs to the camera of its name. Where two have the same name, the older one does.
    """
    rest = sorted(monitors, key=lambda monitor: monitor.id)
    found: list[Difference] = []
    for camera in declared:
        own = next((monitor for monitor in rest if monitor.name == camera.name), None)
        if own is not None:
            rest.remove(own)
        difference = _missing(camera) if own is None else _compared(camera, own)
        if difference is not None:
            found.append(difference)
    return [*found, *(_stranger(monitor) for monitor in rest)]


def _missing(camera: Camera) -> Difference:
    return Difference(
        change=MonitorChange(camera.name, settings=camera.settings, stream=camera.stream),
        summary="the recorder does not have this camera",
        wanted=_text({**camera.settings, **_path(camera.stream)}),
        found="(absent)",
    )


def _compared(camera: Camera, monitor: Monitor) -> Difference | None:
    settings = {
        key: value
        for key, value in camera.settings.items()
        if key not in monitor.withheld and monitor.settings.get(key, "") != value
    }
    stream = camera.stream if camera.stream != monitor.stream else None
    if not settings and stream is None:
        return None
    wanted, found = dict(settings), {key: monitor.settings.get(key, "") for key in settings}
    if stream is not None:
        wanted["Path"], found["Path"] = _paths(stream, monitor.stream)
    names = ", ".join(wanted)
    return Difference(
        change=MonitorChange(camera.name, id=monitor.id, settings=settings, stream=stream),
        summary=f"{names} {'is' if len(wanted) == 1 else 'are'} not as declared",
        wanted=_text(wanted),
        found=_text(found),
    )


def _paths(wanted: StreamAddress, found: StreamAddress) -> tuple[str, str]:
    """Both addresses; where only the login differs, words in place of it."""
    if wanted.url != found.url:
        return str(wanted), str(found)
    return f"{wanted} with the declared login", f"{found} with {'another' if found.login else 'no'} login"


def _stranger(monitor: Monitor) -> Difference:
    keys = ("Function", "Enabled")
    return Difference(
        change=MonitorChange(monitor.name, id=monitor.id, delete=True),
        summary="the recorder has a monitor that no camera declares",
        wanted="(absent)",
        found=_text({**{key: monitor.settings.get(key, "") for key in keys}, **_path(monitor.stream)}),
    )


def _path(stream: StreamAddress) -> dict[str, str]:
    """Where the pictures come from, of recorders that tell."""
    return {"Path": str(stream)} if stream.url else {}


def _text(fields: dict[str, str]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in fields.items())
