"""A recording track with its weekly schedule, in the grammar of RaCM that the recorders took over."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

__all__ = ["track"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOBODY = "{00000000-0000-0000-0000-000000000000}"


def track(channel: int, mode: str, *, scheduled: bool) -> Element:
    """The main stream's track. `Enable` is false whatever is recorded, as real recorders have it; `enableSchedule` counts."""
    root = Element("Track", version="2.0")
    _texts(root, {"id": f"{channel}01", "Channel": f"{channel}01", "Enable": "false"})
    _texts(root, {"Description": "trackType=standard,contentType=video", "TrackGUID": _NOBODY, "Size": "1"})
    SubElement(root, "Duration", min="0", max="750").text = "P0DT0H"
    _texts(root, {"DefaultRecordingMode": mode})
    source = SubElement(root, "SrcDescriptor")
    _texts(source, {"SrcGUID": _NOBODY, "SrcChannel": str(channel), "SrcDriver": "RTSP", "SrcType": "video"})
    block = SubElement(SubElement(SubElement(root, "TrackSchedule"), "ScheduleBlockList"), "ScheduleBlock")
    _texts(block, {"ScheduleBlockGUID": _NOBODY, "ScheduleBlockType": "www.hikvision.com/racm/schedule/ver10"})
    for number, day in enumerate(_DAYS):
        action = SubElement(block, "ScheduleAction")
        _texts(action, {"id": str(number + 1)})
        _texts(SubElement(action, "ScheduleActionStartTime"), {"DayOfWeek": day, "TimeOfDay": "00:00:00"})
        # A whole day ends at the next one's beginning.
        _texts(SubElement(action, "ScheduleActionEndTime"), {"DayOfWeek": _DAYS[(number + 1) % 7], "TimeOfDay": "00:00:00"})
        _texts(SubElement(action, "Actions"), {"Record": "true", "Log": "false", "SaveImg": "false", "ActionRecordingMode": mode})
    extension = SubElement(SubElement(root, "CustomExtensionList"), "CustomExtension")
    _texts(extension, {"CustomExtensionName": "www.hikvision.com/RaCM/trackExt/ver10"})
    _texts(extension, {"enableSchedule": "true" if scheduled else "false", "PreRecordTimeSeconds": "5"})
    return root


def _texts(parent: Element, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        SubElement(parent, name).text = value
