"""From a recorder's health to outcomes: what is well, what is not, and what was not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import UnreachableError
from muhtar.outcome import Outcome, Status
from muhtar.video import exposure as exposure_module
from muhtar.video import kept, machine
from muhtar.video.policy import CameraPolicy, Policies, RecorderPolicy
from muhtar.video.verdict import Verdict
from nornir_tasks.probe_exposure import Exposure
from nornir_tasks.recorder import Disk, Health, Recordings, Untold

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)
REFUSED = Untold("403 lowPrivilege")
WELL = (Disk("hdd1", 0.5),)


def health(recordings: Recordings | Untold | None = None, **more: Any) -> Health:
    found = {} if recordings is None else {"cam1": recordings}
    plain = Health([], offset=0.1, firmware="V4.61.025 build 220905", disks=(Disk("hdd1", 0.5),), recordings=found)
    return replace(plain, **more)


def policies(recorder: dict[str, Any] | None = None, **camera: Any) -> Policies:
    given = {"keep_days_min": 30, "keep_days_max": 60, **camera}
    return Policies(RecorderPolicy(**(recorder or {})), {"cam1": CameraPolicy(**given)}, {})


def verdict() -> Verdict:
    return Verdict("nvr1", "video.recording", NOW, 0.1)


def only(outcomes: Iterable[Outcome]) -> Outcome:
    (found,) = outcomes
    return found


def recordings(*spans: tuple[float, float], oldest: float) -> Recordings:
    """Spans in hours before now; the oldest recording in days before now."""
    return Recordings(tuple((NOW - a * DAY / 24, NOW - b * DAY / 24) for a, b in spans), NOW - oldest * DAY)


class TestRecording:
    def judge(self, found: Recordings | Untold | None, **camera: Any) -> Outcome:
        return only(kept.recording(verdict(), health(found), policies(**camera), now=NOW))

    def test_a_whole_day_is_well(self) -> None:
        assert self.judge(recordings((30, 0), oldest=40)).status is Status.OK

    def test_a_hole_is_named_with_its_times_and_the_share(self) -> None:
        found = self.judge(recordings((24, 10), (9.5, 0), oldest=40))
        assert (found.status, found.subject) == (Status.FINDING, "cam1")
        assert found.found == "02:00:00 to 02:30:00 UTC (30 min)"
        assert found.summary == "cam1: 1 hole in its recordings, 97.9% of the last 24 h is recorded"

    def test_many_small_pauses_are_too_little_for_a_day(self) -> None:
        spans = [(24 - hour / 2, 24 - hour / 2 - 0.49) for hour in range(48)]
        found = self.judge(recordings(*spans, oldest=40), gap_seconds=60)
        assert (found.status, found.wanted) == (Status.FINDING, "99 %")

    def test_a_young_camera_is_judged_since_its_first_recording_and_it_says_so(self) -> None:
        found = self.judge(recordings((1, 0), oldest=1 / 24))
        assert found.status is Status.OK
        assert "1 younger than that" in found.summary

    def test_a_young_camera_with_a_declared_beginning_is_not_young(self) -> None:
        assert self.judge(recordings((1, 0), oldest=1 / 24), since="2026-11-01").status is Status.FINDING

    def test_a_camera_that_stopped_is_no_young_camera(self) -> None:
        assert self.judge(recordings((24, 20), oldest=3)).status is Status.FINDING

    def test_nothing_recorded_is_a_finding_and_nothing_told_is_unchecked(self) -> None:
        assert self.judge(Recordings((), None)).status is Status.FINDING
        assert self.judge(REFUSED).status is Status.UNCHECKED
        assert self.judge(None).status is Status.UNCHECKED


class TestRetention:
    def judge(self, found: Recordings | Untold | None, disks: Any = WELL, **camera: Any) -> Outcome:
        return only(kept.retention(verdict(), health(found, disks=disks), policies(**camera), now=NOW))

    @pytest.mark.parametrize(
        ("oldest", "status"), [(61, Status.FINDING), (60.1, Status.OK), (45, Status.OK), (30, Status.OK), (29.9, Status.OK)]
    )
    def test_days_are_held_against_the_least_and_the_most(self, oldest: float, status: Status) -> None:
        assert self.judge(recordings((24, 0), oldest=oldest), since="2026-01-01").status is status

    def test_too_long_is_a_finding_with_both_sides(self) -> None:
        found = self.judge(recordings((24, 0), oldest=95))
        assert (found.wanted, found.found) == ("at most 60 days", "the oldest recording is of 2026-08-23 12:00 UTC")

    def test_too_short_is_a_finding_where_the_camera_is_known_to_be_older(self) -> None:
        found = self.judge(recordings((24, 0), oldest=12), since="2026-01-01")
        assert (found.status, found.wanted) == (Status.FINDING, "at least 30 days")

    def test_too_short_on_a_full_disk_is_a_finding(self) -> None:
        full = (Disk("hdd1", 0.0, overwrites=True),)
        assert self.judge(recordings((24, 0), oldest=12), disks=full).status is Status.FINDING

    def test_a_camera_that_began_lately_has_not_had_the_time(self) -> None:
        found = self.judge(recordings((24, 0), oldest=12), since="2026-11-14")
        assert found.status is Status.OK
        assert "began later" in found.summary

    @pytest.mark.parametrize("lacking", ["keep_days_min", "keep_days_max"])
    def test_without_a_policy_it_is_unchecked(self, lacking: str) -> None:
        found = self.judge(recordings((24, 0), oldest=45), **{lacking: None})
        assert found.status is Status.UNCHECKED
        assert f"camera_{lacking}" in found.summary

    @pytest.mark.parametrize("told", [REFUSED, Recordings((), None), None])
    def test_what_is_not_told_is_not_clean(self, told: Any) -> None:
        assert self.judge(told).status is Status.UNCHECKED


class TestDisk:
    def judge(self, *disks: Disk, **recorder: Any) -> dict[str, Status]:
        found = machine.disk(verdict(), health(disks=disks), policies(recorder))
        return {outcome.subject: outcome.status for outcome in found}

    def test_what_is_well_is_well(self) -> None:
        assert self.judge(Disk("hdd1", 0.2)) == {"": Status.OK}

    def test_a_disk_that_overwrites_is_meant_to_be_full(self) -> None:
        assert self.judge(Disk("hdd1", 0.0, overwrites=True)) == {"": Status.OK}

    @pytest.mark.parametrize(
        ("disk", "found"),
        [
            (Disk("hdd1", 0.01), {"hdd1": Status.FINDING}),
            (Disk("hdd1", 0.5, state="error"), {"hdd1": Status.FINDING}),
            (Disk("hdd1", 0.5, smart="self-evaluation error"), {"hdd1 SMART": Status.FINDING}),
            (Disk("hdd1", 0.5, smart=REFUSED), {"hdd1 SMART": Status.UNCHECKED}),
            (Disk("hdd1", Untold("no room")), {"hdd1": Status.UNCHECKED}),
        ],
    )
    def test_what_is_not_well_or_not_told(self, disk: Disk, found: dict[str, Status]) -> None:
        assert self.judge(disk) == found

    def test_disks_without_smart_are_declared_so_and_it_is_said(self) -> None:
        found = only(machine.disk(verdict(), health(disks=(Disk("hdd1", 0.5, smart=REFUSED),)), policies({"smart": False})))
        assert (found.status, "not looked at" in found.summary) == (Status.OK, True)

    def test_no_disk_is_a_finding_and_none_told_is_unchecked(self) -> None:
        assert self.judge() == {"": Status.FINDING}
        assert only(machine.disk(verdict(), health(disks=REFUSED), policies())).status is Status.UNCHECKED


class TestClock:
    def judge(self, offset: float | Untold, camera: float | Untold = 0.0) -> dict[str, Status]:
        found = machine.clock(verdict(), health(offset=offset), policies(), {"cam1": camera}, 0)
        return {outcome.subject: outcome.status for outcome in found}

    def test_within_the_limits_and_beyond(self) -> None:
        assert self.judge(4.0, -9.0) == {"": Status.OK}
        assert self.judge(-6.0, 11.0) == {"": Status.FINDING, "cam1": Status.FINDING}

    def test_a_clock_that_is_not_told_is_unchecked(self) -> None:
        assert self.judge(REFUSED, REFUSED) == {"": Status.UNCHECKED, "cam1": Status.UNCHECKED}


class TestFirmware:
    @pytest.mark.parametrize(
        ("declared", "status"),
        [
            ("V4.61.025", Status.OK),
            ("V4.61", Status.OK),
            ("V4.61.025 build 220905", Status.OK),
            ("V4.6", Status.FINDING),
            ("V4.62", Status.FINDING),
        ],
    )
    def test_a_declared_version_may_be_shorter_but_not_other(self, declared: str, status: Status) -> None:
        assert only(machine.firmware(verdict(), health(), policies({"firmware": declared}))).status is status

    def test_a_cameras_version_that_nobody_tells_is_unchecked(self) -> None:
        assert only(machine.firmware(verdict(), health(), policies(firmware="V5"))).status is Status.UNCHECKED
        told = health(camera_firmware={"cam1": "V5.7.3"})
        assert only(machine.firmware(verdict(), told, policies(firmware="V4"))).status is Status.FINDING
        assert only(machine.firmware(verdict(), told, policies(firmware="V5.7"))).status is Status.OK


def test_channels_are_counted_and_not_guessed() -> None:
    def judge(told: Any) -> Status:
        return only(machine.channels(verdict(), health(channels=told))).status

    assert [judge((8, 8)), judge((9, 8)), judge(REFUSED)] == [Status.OK, Status.FINDING, Status.UNCHECKED]


class TestExposure:
    def judge(self, seen: Exposure | None, **more: Any) -> dict[str, Status]:
        result = HostResult(error=UnreachableError("no"), unreachable=True) if seen is None else HostResult(result=seen)
        found = exposure_module.exposure(verdict(), health(**more), policies(), {"cam1": result})
        return {outcome.subject: outcome.status for outcome in found}

    def test_each_open_thing_is_a_finding_of_its_own(self) -> None:
        seen = Exposure({"telnet": "telnet is open", "rtsp": "anybody may watch"}, {"onvif": "no answer"}, 0.0)
        assert self.judge(seen) == {
            "cam1 telnet": Status.FINDING,
            "cam1 rtsp": Status.FINDING,
            "cam1 onvif": Status.UNCHECKED,
        }

    def test_a_camera_that_does_not_answer_is_unchecked(self) -> None:
        assert self.judge(None) == {"cam1": Status.UNCHECKED}

    def test_what_the_recorder_says_of_its_protocols_counts_and_its_silence_too(self) -> None:
        closed = Exposure({}, {}, 0.0)
        assert self.judge(closed) == {"": Status.OK}
        assert self.judge(closed, insecure=("HTTP on port 80, without TLS",)) == {"http": Status.FINDING}
        assert self.judge(closed, insecure=REFUSED) == {"protocols": Status.UNCHECKED}

    def test_who_was_not_asked_is_counted(self) -> None:
        found = only(exposure_module.exposure(verdict(), health(), policies(), {}))
        assert "2 devices not asked" in found.summary


def test_a_policy_refuses_what_makes_no_sense() -> None:
    for wrong in ({"keep_days_min": 61}, {"password_tries": 4}, {"coverage": 101}, {"gap_seconds": 0}, {"since": "yesterday"}):
        with pytest.raises(ValueError, match="validation error"):
            policies(**wrong)
    assert CameraPolicy(since="2026-11-01").since == date(2026, 11, 1)  # type: ignore[arg-type]
