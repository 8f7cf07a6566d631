"""The recorder: both cameras end up on its disk as H.264; what is not as declared, or is not kept, is seen and mended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.faults import get
from lab.inside import inside
from muhtar.drift import video
from muhtar.network.history.git import GitHistory
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.secrets import Secret
from muhtar.video import history
from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.tls import context_of
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

CAMERAS = ("cam1", "cam2")


def check(lab: Lab) -> dict[str, Outcome]:
    """Outcomes of `drift.video` by subject."""
    return {outcome.subject: outcome for outcome in everything(lab) if outcome.check == "drift.video"}


def everything(lab: Lab) -> tuple[Outcome, ...]:
    return video.check(lab.site, progress=NoProgress()).build().outcomes


@pytest.fixture
def api(lab: Lab) -> Iterator[ZoneMinder]:
    session = ZoneMinder.connect(lab.address("nvr1"), 443, context=context_of(lab.site), server_name=f"nvr1.{lab.domain}")
    session.login("admin", Secret(lab.secret("vault_nvr_admin_password")))
    yield session
    session.close()


@pytest.fixture(autouse=True)
def _as_declared(lab: Lab) -> Iterator[None]:
    """Each test begins, and leaves the recorder, with the declared cameras."""
    assert video.mend(lab.site, progress=NoProgress()).build().exit_code == 0
    yield
    video.mend(lab.site, progress=NoProgress())


def ids(api: ZoneMinder) -> dict[str, int]:
    return {item["Monitor"]["Name"]: int(item["Monitor"]["Id"]) for item in api.read("monitors.json")["monitors"]}


def test_the_recorder_has_the_declared_cameras_and_no_others(lab: Lab, api: ZoneMinder) -> None:
    assert sorted(ids(api)) == list(CAMERAS)
    (found,) = check(lab).values()
    assert (found.status, found.summary) == (Status.OK, "2 cameras as declared, recording")


def test_a_young_recorder_is_clean_in_every_check_and_says_what_it_could_not_yet_see(lab: Lab) -> None:
    found = {outcome.check: outcome for outcome in everything(lab)}
    assert {outcome.status for outcome in found.values()} == {Status.OK}
    assert set(found) == {
        "drift.video",
        *(f"video.{name}" for name in ("recording", "retention", "disk", "clock", "exposure", "firmware")),
    }
    assert found["video.clock"].summary.startswith("3 clocks within their limits")
    assert "SMART is not looked at" in found["video.disk"].summary


def test_a_picture_of_each_camera_is_on_the_page_and_nowhere_else(lab: Lab) -> None:
    report = video.check(lab.site, stills=True, progress=NoProgress()).build()
    assert report.exit_code == 0
    assert [still.camera for still in report.stills] == list(CAMERAS)
    assert all(still.jpeg.startswith(b"\xff\xd8") and len(still.jpeg) < 50_000 for still in report.stills)
    assert render("html", report, Context()).count("data:image/jpeg;base64,") == 2
    assert "/9j/" not in render("json", report, Context())


def test_the_recorders_settings_are_kept_and_a_change_of_them_is_found(
    lab: Lab, api: ZoneMinder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A history of the test's own: that of the machine is not its to write.
    monkeypatch.setattr(history, "home", lambda: tmp_path)
    assert history.export(lab.site, progress=NoProgress()).build().exit_code == 0
    assert history.diff(lab.site, progress=NoProgress()).build().exit_code == 0
    api.write("PUT", f"monitors/{ids(api)['cam1']}.json", {"Monitor[Notes]": "behind the tree"})
    (found,) = history.diff(lab.site, progress=NoProgress()).build().outcomes
    api.write("PUT", f"monitors/{ids(api)['cam1']}.json", {"Monitor[Notes]": ""})
    assert found.status is Status.FINDING
    assert "+monitor cam1 Notes: behind the tree" in str(found.diff)
    (kept,) = tmp_path.glob("video-history/history.git")
    text = GitHistory(kept).text("main", "lab/nvr1.conf")
    assert not any(lab.secret(name) in text for name in ("vault_camera_password", "vault_nvr_admin_password"))


@pytest.mark.parametrize("camera", CAMERAS)
def test_h264_arrives_on_the_disk(camera: str, lab: Lab, api: ZoneMinder) -> None:
    number = ids(api)[camera]
    answer = api.read(f"events/index/MonitorId:{number}.json", "sort=StartDateTime&direction=desc&limit=1")
    event = answer["events"][0]["Event"]
    assert event["EndDateTime"] is None, "the newest recording is going on"
    file = f"{event['FileSystemPath']}/{event['DefaultVideo']}"
    probe = ("ffprobe", "-v", "fatal", "-select_streams", "v", "-count_packets", "-of", "json")
    # The first pictures wait in memory until their second key frame.
    for _ in range(20):
        shown = lab.inside("nvr1", *probe, "-show_entries", "stream=codec_name,width,height,nb_read_packets", file, check=False)
        streams = json.loads(shown.stdout or "{}").get("streams") or [{}]
        if int(streams[0].get("nb_read_packets", 0)) >= 10:
            break
        time.sleep(2)
    assert (streams[0]["codec_name"], streams[0]["width"], streams[0]["height"]) == ("h264", 640, 360)
    assert int(streams[0]["nb_read_packets"]) >= 10


def test_what_somebody_changed_by_hand_is_found_and_mended(lab: Lab, api: ZoneMinder) -> None:
    known = ids(api)
    api.write("PUT", f"monitors/{known['cam1']}.json", {"Monitor[Function]": "Monitor"})
    api.write("DELETE", f"monitors/{known['cam2']}.json", {})
    api.write("POST", "monitors.json", {"Monitor[Name]": "spy", "Monitor[Type]": "Ffmpeg", "Monitor[Function]": "None"})
    found = check(lab)
    assert {subject: outcome.status for subject, outcome in found.items()} == dict.fromkeys(
        ["cam1", "cam2", "spy"], Status.FINDING
    )
    assert (found["cam1"].wanted, found["cam1"].found) == ("Function: Record", "Function: Monitor")
    intent = found["cam2"].intent
    assert intent is not None
    assert intent.file == "inventories/lab/group_vars/cameras/camera.yml"
    assert lab.secret("vault_camera_password") not in "".join(outcome.model_dump_json() for outcome in found.values())
    assert video.mend(lab.site, progress=NoProgress()).build().exit_code == 0
    assert sorted(ids(api)) == list(CAMERAS)


def test_a_camera_that_falls_silent_is_a_finding_and_recovers(lab: Lab) -> None:
    fault = get("unplugged-host")
    fault.inject(lab.context, "cam1")
    try:
        deadline = time.monotonic() + 180
        found = check(lab)
        while "cam1" not in found and time.monotonic() < deadline:
            time.sleep(5)
            found = check(lab)
    finally:
        fault.mend(lab.context, "cam1")
    assert set(found) == {"cam1"}
    assert found["cam1"].summary.startswith("cam1: does not record: ")


def test_a_recorder_that_is_down_is_unchecked_not_clean(lab: Lab) -> None:
    fault = get("unplugged-host")
    fault.inject(lab.context, "nvr1")
    try:
        found = everything(lab)
    finally:
        fault.mend(lab.context, "nvr1")
    assert {outcome.status for outcome in found} == {Status.UNCHECKED}
    assert len({outcome.check for outcome in found}) == 7


def test_no_login_of_a_camera_is_in_a_log_or_a_command_line(lab: Lab) -> None:
    pattern = lab.secret("vault_camera_password") + "\n"
    host = lab.context.topology.host("nvr1")
    # What comes back is redacted, so it is counted over there; the pattern goes in on stdin, or it would find itself.
    for where in ("-r /var/log /etc/apache2", "/proc/[0-9]*/cmdline"):
        told = inside(lab.context, host, "sh", "-c", f"grep -laF -f - {where} 2>/dev/null | wc -l", stdin=pattern)
        assert told.stdout.strip() == "0", where
