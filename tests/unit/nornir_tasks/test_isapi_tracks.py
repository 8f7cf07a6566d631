"""The weekly schedule of a Hikvision recorder, as one word."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from lab.simulators.isapi.schedule import track
from nornir_tasks.isapi_tracks import functions_of


def tracks(*items: Element) -> Element:
    found = Element("TrackList")
    found.extend(items)
    return found


def nights(mode: str) -> Element:
    """Every day from 20:00 to the next day's 06:00."""
    made = track(1, mode, scheduled=True)
    for start in made.iter("ScheduleActionStartTime"):
        start.find("TimeOfDay").text = "20:00:00"  # type: ignore[union-attr]
    for end in made.iter("ScheduleActionEndTime"):
        end.find("TimeOfDay").text = "06:00:00"  # type: ignore[union-attr]
    return made


@pytest.mark.parametrize(
    ("item", "function"),
    [
        (track(1, "CMR", scheduled=True), "Record"),
        (track(1, "CMR", scheduled=False), "None"),
        (track(1, "MOTION", scheduled=True), "MOTION 168 of 168 hours"),
        (nights("CMR"), "CMR 70 of 168 hours"),
    ],
)
def test_only_continuous_recording_of_the_whole_week_is_recording(item: Element, function: str) -> None:
    assert functions_of(tracks(item)) == {1: function}


def test_channels_are_told_apart_and_other_streams_do_not_count() -> None:
    second = track(2, "ALARM", scheduled=True)
    sub = track(1, "ALARM", scheduled=True)
    sub.find("id").text = "102"  # type: ignore[union-attr]
    assert functions_of(tracks(track(1, "CMR", scheduled=True), second, sub)) == {1: "Record", 2: "ALARM 168 of 168 hours"}
