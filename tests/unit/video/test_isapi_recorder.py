"""A Hikvision recorder over real HTTPS on loopback: what is read of it, what it withholds, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nornir_tasks.connections.isapi as isapi_module
import nornir_tasks.stills_of as stills_module
from lab.simulators.isapi.settings import Camera, Disk, Span
from muhtar.drift import video
from muhtar.drift.check import check as drift_check
from muhtar.errors import InventoryError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.simulated_isapi import CAMERAS, Recorder, declare, make_recorder
from tests.support.simulated_switch import PASSWORD

HOUR = 3600.0
Start = Callable[..., Recorder]


def check(site: Site) -> dict[tuple[str, str], Outcome]:
    """Outcomes by check and subject."""
    found = video.check(site, progress=NoProgress()).build().outcomes
    return {(outcome.check, outcome.subject): outcome for outcome in found}


def bad(found: dict[tuple[str, str], Outcome]) -> dict[tuple[str, str], Status]:
    return {key: outcome.status for key, outcome in found.items() if outcome.status is not Status.OK}


def test_a_recorder_that_is_well_is_clean_in_every_check(bare_site: Site, start: Start) -> None:
    declare(bare_site, start())
    found = check(bare_site)
    assert bad(found) == {}
    assert found["drift.video", ""].summary == "2 cameras as declared, recording"
    assert "the oldest 40.0 days" in found["video.retention", ""].summary
    assert found["video.channels", ""].summary == "2 of 16 channels used"
    assert found["video.disk", ""].summary == "1 disk well, 0% free at the least, overwriting the oldest; SMART is well"
    assert {check_id for check_id, _ in found} == {
        "drift.video",
        *(f"video.{name}" for name in ("recording", "retention", "disk", "clock", "exposure", "firmware", "channels")),
    }


def test_a_long_day_is_read_page_by_page(bare_site: Site, start: Start) -> None:
    pieces = tuple(Span(24 * HOUR - n * 900, 24 * HOUR - (n + 1) * 900) for n in range(95))
    recorder = start(
        cameras=(Camera("gate", "192.0.2.71", recordings=(Span(HOUR * 1000, HOUR * 24), *pieces, Span(900))), CAMERAS[1])
    )
    declare(bare_site, recorder)
    assert bad(check(bare_site)) == {}
    assert recorder.asked.count("POST ContentMgmt/search") >= 3 + 1 + 2


def test_what_is_wrong_is_found_on_the_camera_that_has_it(bare_site: Site, start: Start) -> None:
    gate = Camera("gate", "192.0.2.99", mode="MOTION", recordings=(Span(HOUR * 24 * 90, HOUR * 5), Span(HOUR * 4)))
    yard = Camera("yard", "192.0.2.72", online=False, recordings=(Span(HOUR * 24 * 40, HOUR * 3),))
    spy = Camera("spy", "192.0.2.73")
    disks = (Disk("hdda", status="error"), Disk("hddb", smart="error"))
    declare(bare_site, start(cameras=(gate, yard, spy), disks=disks, channels=2, http=True), recorder_firmware="V4.62")
    found = check(bare_site)
    assert set(bad(found).values()) == {Status.FINDING}
    assert set(bad(found)) == {
        ("drift.video", "gate"),
        ("drift.video", "yard"),
        ("drift.video", "spy"),
        ("video.recording", "gate"),
        ("video.recording", "yard"),
        ("video.retention", "gate"),
        ("video.disk", "hdda"),
        ("video.disk", "hddb SMART"),
        ("video.exposure", "http"),
        ("video.firmware", ""),
        ("video.channels", ""),
    }
    gate_found = found["drift.video", "gate"]
    assert gate_found.wanted == "Address: 192.0.2.71\nFunction: Record"
    assert gate_found.found == "Address: 192.0.2.99\nFunction: MOTION 168 of 168 hours"
    assert "only reads" in str(gate_found.mend)
    assert "netUnreachable" in found["drift.video", "yard"].summary


def test_a_channel_may_be_called_otherwise_on_the_recorder(bare_site: Site, start: Start) -> None:
    declare(bare_site, start(cameras=(CAMERAS[0], Camera("Çarşı 2. kapı", CAMERAS[1].address))))
    assert set(bad(check(bare_site))) >= {("drift.video", "yard"), ("drift.video", "Çarşı 2. kapı")}
    folder = bare_site.path / "host_vars" / "yard"
    folder.mkdir(parents=True)
    (folder / "camera.yml").write_text("camera_channel: Çarşı 2. kapı\n")
    assert bad(check(bare_site)) == {}


def test_a_camera_that_is_live_but_not_recorded_is_a_finding(bare_site: Site, start: Start) -> None:
    stopped = Camera("gate", "192.0.2.71", recordings=(Span(HOUR * 24 * 40, HOUR * 0.5),))
    declare(bare_site, start(cameras=(stopped, CAMERAS[1])))
    assert check(bare_site)["drift.video", "gate"].summary.startswith("gate: does not record: pictures come in, but the newest")


@pytest.mark.parametrize(
    ("paths", "unchecked"),
    [
        (["ContentMgmt/search"], {"drift.video", "video.recording", "video.retention"}),
        (["ContentMgmt/record"], {"drift.video"}),
        (["ContentMgmt/InputProxy/channels/status"], {"drift.video"}),
        (["ContentMgmt/Storage"], {"video.disk"}),
        (["ContentMgmt/Storage/hdd/1"], {"video.disk"}),
        (["Security"], {"video.exposure"}),
        (["System/capabilities"], {"video.channels"}),
        (["System/time"], {"drift.video", "video.clock", "video.recording", "video.retention"}),
        (["ContentMgmt/InputProxy/channels"], None),
    ],
)
@pytest.mark.parametrize("how", ["refuse", "lack"])
def test_what_a_firmware_refuses_is_unchecked_there_and_looked_at_elsewhere(
    how: str, paths: list[str], unchecked: set[str] | None, bare_site: Site, start: Start
) -> None:
    recorder = start()
    declare(bare_site, recorder)
    recorder.fault(**{how: paths})
    found = bad(check(bare_site))
    if unchecked is None:
        # Without its cameras nothing can be said: that is our failure to look, in every check.
        assert set(found.values()) <= {Status.ERROR, Status.UNCHECKED}
        assert len(found) == 8
    else:
        assert {check_id for check_id, _ in found} == unchecked
        assert set(found.values()) == {Status.UNCHECKED}


@pytest.mark.parametrize(("fault", "says"), [({"hang": True}, "no answer"), ({"wrong_password": True}, "refuses our login")])
def test_a_recorder_that_hangs_or_refuses_us_is_unchecked_everywhere(
    fault: dict[str, Any], says: str, bare_site: Site, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isapi_module, "TIMEOUT", 2.0)
    recorder = start()
    declare(bare_site, recorder)
    recorder.fault(**fault)
    found = check(bare_site)
    assert {outcome.status for outcome in found.values()} == {Status.UNCHECKED}
    assert len(found) == 8
    assert says in found["drift.video", ""].summary
    assert PASSWORD not in "".join(outcome.model_dump_json() for outcome in found.values())


def test_half_an_answer_is_an_error_and_not_clean(bare_site: Site, start: Start) -> None:
    recorder = start()
    declare(bare_site, recorder)
    recorder.fault(garble=["ContentMgmt/Storage/hdd"])
    assert {outcome.status for outcome in check(bare_site).values()} == {Status.ERROR}


def test_a_clock_that_is_off_is_a_finding_and_recordings_are_judged_by_it(bare_site: Site, start: Start) -> None:
    recorder = start()
    declare(bare_site, recorder)
    recorder.fault(clock=-90.0)
    found = check(bare_site)
    assert set(bad(found)) == {("video.clock", "")}
    assert found["video.clock", ""].summary == "the clock is 90 s behind"


def test_another_certificate_is_not_talked_to(bare_site: Site, start: Start, tmp_path: Path) -> None:
    recorder = start()
    declare(bare_site, recorder)
    (tmp_path / "other").mkdir()
    other = make_recorder(tmp_path / "other")
    try:
        (bare_site.path / "nvr2.pem").write_bytes(other.pem.read_bytes())
        found = check(bare_site)
    finally:
        other.stop()
    assert {outcome.status for outcome in found.values()} == {Status.UNCHECKED}
    assert recorder.asked == []


def test_a_certificate_that_is_not_there_is_an_error_that_names_the_file(bare_site: Site, start: Start) -> None:
    declare(bare_site, start(), recorder_certificate="none.pem")
    found = check(bare_site)
    assert {outcome.status for outcome in found.values()} == {Status.ERROR}
    assert "none.pem" in found["drift.video", ""].summary


def test_pictures_are_taken_when_asked_for_and_a_frozen_one_is_found(
    bare_site: Site, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills_module.time, "sleep", lambda _: None)
    recorder = start()
    declare(bare_site, recorder)
    plain = video.check(bare_site, progress=NoProgress()).build()
    assert plain.stills == ()
    assert not any("picture" in line for line in recorder.asked)
    report = video.check(bare_site, stills=True, progress=NoProgress()).build()
    assert report.exit_code == 0
    assert [(still.camera, still.recorder) for still in report.stills] == [("gate", "nvr2"), ("yard", "nvr2")]
    assert all(still.jpeg.startswith(b"\xff\xd8") for still in report.stills)
    recorder.fault(freeze=True)
    frozen = video.check(bare_site, stills=True, progress=NoProgress()).build()
    bad = [outcome for outcome in frozen.outcomes if outcome.status is not Status.OK]
    assert {(outcome.check, outcome.subject) for outcome in bad} == {("video.picture", "gate"), ("video.picture", "yard")}
    recorder.fault(lack=["Streaming"])
    lacking = video.check(bare_site, stills=True, progress=NoProgress()).build()
    assert lacking.exit_code == 3
    assert all(still.why and not still.jpeg for still in lacking.stills)


def test_mending_looks_at_pictures_again_and_calls_no_frozen_one_mended(
    bare_site: Site, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills_module.time, "sleep", lambda _: None)
    recorder = start()
    declare(bare_site, recorder)
    recorder.fault(freeze=True)
    report = drift_check(bare_site, only="video", apply=True, stills=True, progress=NoProgress()).build()
    assert {outcome.check for outcome in report.outcomes if outcome.status is Status.FINDING} == {"video.picture"}
    assert not any(note.startswith("mended") for note in report.notes)
    assert len(report.stills) == 2


def test_mending_leaves_such_a_recorder_as_it_is(bare_site: Site, start: Start) -> None:
    recorder = start(cameras=(CAMERAS[0],))
    declare(bare_site, recorder)
    report = video.mend(bare_site, progress=NoProgress()).build()
    assert {line.partition(" ")[0] for line in recorder.asked} == {"GET", "POST"}
    assert {line for line in recorder.asked if line.startswith("POST")} == {"POST ContentMgmt/search"}
    assert report.exit_code != 0


def test_every_wrong_limit_is_told_at_once(bare_site: Site, start: Start) -> None:
    declare(bare_site, start(), recorder_clock_seconds=-1, recorder_smart="perhaps")
    with pytest.raises(InventoryError, match="2 variables") as caught:
        check(bare_site)
    assert "recorder_clock_seconds" in str(caught.value)
    assert "recorder_smart" in str(caught.value)


def test_an_unknown_kind_of_recorder_is_an_error(bare_site: Site, start: Start) -> None:
    declare(bare_site, start(), recorder_kind="vhs")
    with pytest.raises(InventoryError, match="vhs"):
        check(bare_site)
