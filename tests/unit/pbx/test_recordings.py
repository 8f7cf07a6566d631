"""Calls against recordings: what the look on the PBX reads, and what is said of it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.ansible_plugins.modules import muhtar_recordings as module
from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.outcome import Status
from muhtar.pbx.declared import declared
from muhtar.pbx.recordings import judged, masked_name
from tests.support.pbx_state import pbx

NOW = 1_800_000_000.0
DAY = 86400.0
TOWN = pbx({"asterisk_recording_days_minimum": 30, "asterisk_recording_days_maximum": 90})


def row(began: float, *, dialled: str = "1002", to: str = "PJSIP/1002-1", app: str = "Dial", said: str = "ANSWERED") -> str:
    """A line as cdr_csv of Asterisk 22 writes it."""
    day = "2027-01-15 08:00:00"
    fields = ["", "1001", dialled, "internal", '""Hall"" <1001>', "PJSIP/1001-0", to, app, "PJSIP/1002,20", day, day, day]
    return ",".join(f'"{field}"' for field in fields) + f',9,7,"{said}","DOCUMENTATION","{began:.0f}.4"\n'


class Place:
    """Folders of a PBX."""

    def __init__(self, root: Path) -> None:
        self.records, self.recordings = root / "cdr", root / "monitor"
        self.records.mkdir()
        self.recordings.mkdir()

    def records_of(self, *rows: str) -> None:
        (self.records / "Master.csv").write_text("".join(rows))

    def recording_of(self, began: float, size: int = 5000) -> None:
        path = self.recordings / f"20270115T080000Z-1001-1002-{began:.0f}.4.wav"
        path.write_bytes(b"x" * size)
        os.utime(path, (began, began))

    def look(self, days: int = 30, most: int = 90) -> dict[str, Any]:
        return module.compared(
            self.records, self.recordings, {"numbers": ["1002", "1153"], "days": days, "days_maximum": most}, NOW
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_call_with_its_recording_is_paired_by_its_id(place: Place) -> None:
    place.records_of(row(NOW - 60))
    place.recording_of(NOW - 60)
    found = place.look()
    assert (found["calls"], found["unrecorded"], found["too_old"]) == (1, [], [])


def test_a_call_without_one_or_with_an_empty_one_is_told(place: Place) -> None:
    place.records_of(row(NOW - 60), row(NOW - 120))
    place.recording_of(NOW - 60, size=44)
    found = place.look()
    assert [call[4] for call in found["unrecorded"]] == [f"{NOW - 120:.0f}.4", f"{NOW - 60:.0f}.4"]
    assert len(found["empty"]) == 1


@pytest.mark.parametrize(
    "other",
    [{"dialled": "600"}, {"to": ""}, {"app": "VoiceMail"}, {"said": "NO ANSWER"}],
    ids=["number", "nobody", "app", "unanswered"],
)
def test_what_need_not_be_recorded_is_not_missed(place: Place, other: dict[str, str]) -> None:
    place.records_of(row(NOW - 60, **other))
    assert place.look()["unrecorded"] == []


def test_a_recording_may_be_gone_after_its_days_and_must_be_after_the_last(place: Place) -> None:
    place.records_of(row(NOW - 31 * DAY))
    place.recording_of(NOW - 92 * DAY)
    place.recording_of(NOW - 90.5 * DAY)
    found = place.look()
    assert (found["unrecorded"], found["too_old"]) == ([], [NOW - 92 * DAY])
    assert len(place.look(days=0, most=0)["unrecorded"]) == 1
    assert place.look(most=0)["too_old"] == []


def test_a_line_that_is_being_written_is_left_for_the_next_time(place: Place) -> None:
    place.records_of(row(NOW - 60), row(NOW - 30)[:40])
    assert place.look()["calls"] == 1


def test_rotated_records_are_read_and_others_are_an_error(place: Place) -> None:
    (place.records / "Master.csv.2.gz").write_bytes(gzip.compress(row(NOW - 60).encode()))
    assert len(place.look()["unrecorded"]) == 1
    place.records_of('"","1001","1002"\n')
    with pytest.raises(ValueError, match="line 1 has 3 columns"):
        place.look()


LOOK: dict[str, Any] = {"records": 1, "calls": 2, "recordings": 2, "unrecorded": [], "empty": [], "too_old": []}


def run(host: HostRun | None) -> PlaybookRun:
    return PlaybookRun({"pbx1": host} if host else {})


def said(**changes: Any) -> list[tuple[Status, str, str]]:
    event = TaskEvent(host="pbx1", task="Look", status="ok", told={**LOOK, **changes})
    outcomes = judged(TOWN, declared(TOWN), run(HostRun("pbx1", looked=[event])))
    return [(outcome.status, outcome.subject, outcome.found or outcome.summary) for outcome in outcomes]


def test_what_was_found_is_told_by_the_dialled_number_and_callers_are_masked() -> None:
    found = said(unrecorded=[[NOW, "05321234567", "1002", 7, "1800000000.4"]])
    assert found == [(Status.FINDING, "calls to 1002", "2027-01-15 08:00 UTC, from 0532***67, 7 s, id 1800000000.4")]
    assert masked_name("20270115T080000Z-05321234567-1002-1.4.wav") == "20270115T080000Z-0532***67-1002-1.4.wav"


def test_each_trouble_with_what_is_kept_is_a_finding() -> None:
    assert [subject for _, subject, _ in said(too_old=[NOW], empty=["a-1-2-3.4.wav"], records=0)] == [
        "call records",
        "kept too long",
        "empty",
    ]
    assert [status for status, _, _ in said()] == [Status.OK]
    assert "nobody has called yet" in said(records=0, calls=0, recordings=0)[0][2]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (None, Status.UNCHECKED),
        (HostRun("pbx1", unreachable="timed out"), Status.UNCHECKED),
        (HostRun("pbx1", failed=[TaskEvent(host="pbx1", task="Look", status="failed", msg="no folder")]), Status.ERROR),
        (HostRun("pbx1"), Status.ERROR),
    ],
)
def test_a_pbx_that_was_not_looked_at_is_never_clean(host: HostRun | None, status: Status) -> None:
    assert [outcome.status for outcome in judged(TOWN, declared(TOWN), run(host))] == [status]
