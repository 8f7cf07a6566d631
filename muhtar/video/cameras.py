"""Declared cameras: the hosts of the group `cameras`, and what their recorder must be told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent
from nornir_tasks.recorder_kind import Kind, recorder_kind
from nornir_tasks.stream_address import StreamAddress

__all__ = ["GROUP", "RECORDERS", "Camera", "cameras_by_recorder"]

GROUP = "cameras"
RECORDERS = "video"
# A security camera records all the time; on motion alone is another promise, which we could not check.
FUNCTIONS = ("Record", "Mocord")
DEFAULTS: dict[str, Any] = {
    "camera_function": "Record",
    "camera_port": 554,
    "camera_path": "/",
    "camera_width": 1920,
    "camera_height": 1080,
    "camera_section": 600,
}
# What is the same for all: H.264 from the camera is kept as it comes, over TCP, without sound.
_COMMON = {
    "Type": "Ffmpeg",
    "Enabled": "1",
    "Method": "rtpRtsp",
    "Colours": "4",
    "VideoWriter": "2",
    "SaveJPEGs": "0",
    "RecordAudio": "0",
}


@dataclass(frozen=True)
class Camera:
    """A declared camera. `settings` are what its recorder is to have, by name, as text; `intent` is where it is declared.

    `place` is port and path of its stream; `channel` what its recorder calls it, where that is not its name.
    """

    name: str
    settings: dict[str, str]
    stream: StreamAddress
    place: tuple[int, str] = (554, "/")
    channel: str = ""
    intent: Intent | None = None


def cameras_by_recorder(inventory: Inventory) -> dict[str, list[Camera]]:
    """The declared cameras of each host in the group `video`; an empty list for one that has none.

    Raises InventoryError for a camera without a recorder, or with a variable that does not say what it must.
    """
    found: dict[str, list[Camera]] = {name: [] for name in inventory.groups.get(RECORDERS, ())}
    for name in inventory.groups.get(GROUP, ()):
        target = inventory.target(name)
        recorder = _recorder(inventory, target, list(found))
        found[recorder].append(_camera(inventory, target, recorder_kind(inventory.target(recorder))))
    return found


def _recorder(inventory: Inventory, target: Target, recorders: list[str]) -> str:
    named = target.vars.get("camera_recorder")
    if named in recorders:
        return str(named)
    if named is None and len(recorders) == 1:
        return recorders[0]
    what = "it is not set" if named is None else f"{named!r} is not in the group {RECORDERS}"
    choice = ", ".join(recorders) or f"none: the group {RECORDERS} is empty"
    raise _wrong(inventory, target, "camera_recorder", f"{target.name} has no recorder: {what}", f"choose one of {choice}")


def _camera(inventory: Inventory, target: Target, kind: Kind) -> Camera:
    values = {key: target.vars.get(key, default) for key, default in DEFAULTS.items()}
    if values["camera_function"] not in FUNCTIONS:
        raise _wrong(inventory, target, "camera_function", f"{values['camera_function']!r} is not {' or '.join(FUNCTIONS)}")
    for key in ("camera_port", "camera_width", "camera_height", "camera_section"):
        if not str(values[key]).isdigit() or int(values[key]) == 0:
            raise _wrong(inventory, target, key, f"{values[key]!r} is not a number above zero")
    path = str(values["camera_path"])
    if not path.startswith("/"):
        raise _wrong(inventory, target, "camera_path", f"{path!r} does not begin with a slash")
    place = (int(values["camera_port"]), path)
    if kind == "isapi":
        # Such a recorder finds the stream by itself, and keeps the login to itself.
        channel = {"Name": target.name, "Enabled": "1", "Address": target.address, "Function": "Record"}
        called = str(target.vars.get("camera_channel") or "")
        return Camera(target.name, channel, StreamAddress(""), place, called, _intent(inventory, target))
    return Camera(
        name=target.name,
        place=place,
        settings={
            **_COMMON,
            "Name": target.name,
            "Function": str(values["camera_function"]),
            "Width": str(values["camera_width"]),
            "Height": str(values["camera_height"]),
            "SectionLength": str(values["camera_section"]),
        },
        stream=StreamAddress.of(
            f"rtsp://{target.address}:{values['camera_port']}{path}",
            target.vars.get("camera_user"),
            target.vars.get("camera_password"),
        ),
        intent=_intent(inventory, target),
    )


def _intent(inventory: Inventory, target: Target) -> Intent | None:
    origin = inventory.origin(target.name, "camera_path") or inventory.origin(target.name, "camera_recorder")
    if origin is None:
        return None
    return Intent(file=origin.relative, line=origin.line)


def _wrong(inventory: Inventory, target: Target, key: str, message: str, mend: str = "see docs/cameras.md") -> InventoryError:
    origin = inventory.origin(target.name, key)
    return InventoryError(
        message,
        path=origin.relative if origin else inventory.site.hosts_file,
        line=origin.line if origin else None,
        key=key,
        mend=mend,
    )
