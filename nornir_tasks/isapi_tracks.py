"""When a Hikvision recorder records a camera: its weekly schedule of tracks, brought down to one word."""

from __future__ import annotations

from xml.etree.ElementTree import Element

__all__ = ["functions_of"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = 86400
# A schedule may end its day a minute before midnight.
_SLACK = 7 * 60
_CONTINUOUS = "CMR"


def functions_of(tracks: Element) -> dict[int, str]:
    """By the numbers of channels: `Record` where the main stream is recorded all the time, else what is done instead.

    `Enable` of a track says nothing: recorders that record write false there. `enableSchedule` does.
    """
    found = {}
    for track in tracks.findall("{*}Track"):
        number = int(track.findtext("{*}id", "0"))
        if number % 100 == 1:
            found[number // 100] = _function(track)
    return found


def _function(track: Element) -> str:
    if track.findtext(".//{*}CustomExtension/{*}enableSchedule", "true").strip() != "true":
        return "None"
    seconds: dict[str, int] = {}
    for action in track.findall(".//{*}TrackSchedule//{*}ScheduleAction"):
        if action.findtext(".//{*}Record", "true").strip() == "true":
            mode = action.findtext(".//{*}ActionRecordingMode", "").strip() or "unknown"
            seconds[mode] = seconds.get(mode, 0) + _length(action)
    if seconds.get(_CONTINUOUS, 0) >= 7 * _DAY - _SLACK:
        return "Record"
    return ", ".join(f"{mode} {length / 3600:.0f} of 168 hours" for mode, length in sorted(seconds.items())) or "None"


def _length(action: Element) -> int:
    begin, end = _moment(action, "ScheduleActionStartTime"), _moment(action, "ScheduleActionEndTime")
    # Sunday's end is written as Monday's begin.
    return (end - begin) % (7 * _DAY)


def _moment(action: Element, name: str) -> int:
    """Seconds since Monday's begin."""
    day = action.findtext(f"{{*}}{name}/{{*}}DayOfWeek", "Monday").strip().lower()
    hours, minutes, seconds = (int(part) for part in action.findtext(f"{{*}}{name}/{{*}}TimeOfDay", "00:00:00").split(":"))
    return _DAYS.index(day) * _DAY + hours * 3600 + minutes * 60 + seconds
