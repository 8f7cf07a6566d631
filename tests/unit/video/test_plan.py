"""Declared cameras against a recorder's monitors: what would be created, changed, deleted, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import DoorError, UnreachableError
from muhtar.outcome import Intent, Outcome, Status
from muhtar.secrets import Secret
from muhtar.video.cameras import Camera
from muhtar.video.judge import judge
from muhtar.video.plan import plan
from nornir_tasks.monitor import Monitor
from nornir_tasks.stream_address import StreamAddress

LOGIN = "kamera:Gizli-Parola-1"
SETTINGS = {"Function": "Record", "Enabled": "1", "Width": "640"}


def address(host: int, login: str | None = LOGIN) -> StreamAddress:
    return StreamAddress(f"rtsp://192.0.2.{host}/stream", Secret(login) if login else None)


def camera(number: int) -> Camera:
    name = f"cam{number}"
    return Camera(name, {"Name": name, **SETTINGS}, address(40 + number), Intent(file="inventories/x/hosts.yml"))


def monitor(number: int, *, id: int | None = None, **changes: Any) -> Monitor:  # noqa: A002 - as the recorder calls it
    name = f"cam{number}"
    fields: dict[str, Any] = {
        "id": id or number,
        "name": name,
        "settings": {"Name": name, "Id": str(number), "Colours": "4", **SETTINGS, **changes.pop("settings", {})},
        "stream": address(40 + number),
        "status": "Connected",
        "fps": 5.0,
        "age": 10.0,
    }
    return Monitor(**{**fields, **changes})


def test_what_is_as_declared_needs_no_change() -> None:
    assert plan([camera(1), camera(2)], [monitor(2), monitor(1)]) == []


def test_a_missing_camera_is_created_whole() -> None:
    (found,) = plan([camera(1)], [])
    assert found.change.verb == "create"
    assert found.change.settings == camera(1).settings
    assert found.change.stream == camera(1).stream


def test_only_what_differs_is_changed() -> None:
    (found,) = plan([camera(1)], [monitor(1, settings={"Function": "Monitor"})])
    assert (found.change.verb, found.change.id, found.change.settings) == ("change", 1, {"Function": "Record"})
    assert found.change.stream is None
    assert (found.wanted, found.found) == ("Function: Record", "Function: Monitor")


def test_another_login_is_a_difference_that_shows_no_login() -> None:
    (found,) = plan([camera(1)], [monitor(1, stream=address(41, "kamera:Baska-Parola-2"))])
    assert found.change.stream == camera(1).stream
    assert (found.wanted, found.found) == (
        "Path: rtsp://192.0.2.41/stream with the declared login",
        "Path: rtsp://192.0.2.41/stream with another login",
    )
    (bare,) = plan([camera(1)], [monitor(1, stream=address(41, None))])
    assert bare.found.endswith("with no login")
    assert "Parola" not in repr((found, bare))


def test_a_monitor_that_nobody_declared_is_deleted() -> None:
    (found,) = plan([camera(1)], [monitor(1), monitor(9)])
    assert (found.change.verb, found.change.name, found.change.id) == ("delete", "cam9", 9)


def test_of_two_with_one_name_the_older_stays() -> None:
    (found,) = plan([camera(1)], [monitor(1, id=8), monitor(1, id=3)])
    assert (found.change.verb, found.change.id) == ("delete", 8)


def judged(declared: list[Camera], result: HostResult) -> list[Outcome]:
    return judge("nvr1", declared, result)


def told(*monitors: Monitor) -> HostResult:
    return HostResult(result=list(monitors))


def test_all_well_is_one_ok() -> None:
    (found,) = judged([camera(1)], told(monitor(1)))
    assert (found.status, found.subject, found.summary) == (Status.OK, "", "1 camera as declared, recording")


def test_a_recorder_without_cameras_says_so() -> None:
    (found,) = judged([], told())
    assert found.summary == "no camera is declared for it, and it has none"


def test_each_camera_has_its_finding() -> None:
    found = judged([camera(1), camera(2), camera(3)], told(monitor(1), monitor(2, age=None), monitor(9)))
    assert {outcome.subject: outcome.status for outcome in found} == dict.fromkeys(["cam2", "cam3", "cam9"], Status.FINDING)
    by_subject = {outcome.subject: outcome for outcome in found}
    assert by_subject["cam2"].summary == "cam2: does not record: pictures come in, but no recording is open"
    assert by_subject["cam3"].intent == camera(3).intent
    assert by_subject["cam9"].intent is None


def test_a_camera_that_is_set_wrongly_and_does_not_record_has_one_finding() -> None:
    (found,) = judged([camera(1)], told(monitor(1, settings={"Function": "None"}, status="", fps=0.0, age=None)))
    assert found.summary == "cam1: Function is not as declared"


def test_two_strangers_of_one_name_are_two_subjects() -> None:
    found = judged([camera(1)], told(monitor(1), monitor(1, id=5), monitor(1, id=6)))
    assert [outcome.subject for outcome in found] == ["cam1", "cam1 #2"]


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (HostResult(error=UnreachableError("no answer"), unreachable=True), Status.UNCHECKED),
        (HostResult(error=DoorError("not JSON")), Status.ERROR),
    ],
)
def test_no_result_is_never_clean(result: HostResult, status: Status) -> None:
    (found,) = judged([camera(1)], result)
    assert found.status is status
