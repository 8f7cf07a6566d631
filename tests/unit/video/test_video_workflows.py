"""drift.video and its mending, over a recorder that is a dictionary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.doors.fleet import HostResult
from muhtar.drift import video
from muhtar.drift.fix import fix
from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.history import History
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site, locked
from muhtar.video import apply as apply_module
from muhtar.video import exposure as exposure_module
from muhtar.video import look as look_module
from nornir_tasks.monitor import Monitor
from nornir_tasks.probe_exposure import Exposure
from nornir_tasks.recorder import Disk, Health, Recordings
from nornir_tasks.set_nvr_monitors import MonitorChange
from nornir_tasks.stream_address import StreamAddress


class Fake:
    """A recorder: its monitors, and what was asked of it."""

    def __init__(self) -> None:
        self.monitors: dict[str, Monitor] = {}
        self.ran: list[str] = []
        self.fails: dict[str, HostResult] = {}

    def fleet(self, _inventory: Any, targets: Any, task: Any, *, per_target: Any = None, **_: Any) -> dict[str, HostResult]:
        self.ran.append(task.__name__)
        if task.__name__ in self.fails:
            return {target.name: self.fails[task.__name__] for target in targets}
        if task.__name__ == "set_nvr_monitors":
            for target in targets:
                for change in per_target(target)["changes"]:
                    self._make(change)
            return {target.name: HostResult(result=[], changed=True) for target in targets}
        if task.__name__ == "probe_exposure":
            return {target.name: HostResult(result=Exposure({}, {}, 0.1)) for target in targets}
        found = list(self.monitors.values())
        if task.__name__ == "examine_recorder":
            return {target.name: HostResult(result=self._health(found)) for target in targets}
        return {target.name: HostResult(result=found) for target in targets}

    @staticmethod
    def _health(monitors: list[Monitor]) -> Health:
        begin, end = datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC)
        recordings = {monitor.name: Recordings(((begin, end),), begin) for monitor in monitors}
        return Health(monitors, offset=0.2, firmware="1.36.33", disks=(Disk("recordings", 0.5),), recordings=recordings)

    def _make(self, change: MonitorChange) -> None:
        if change.delete:
            del self.monitors[change.name]
            return
        old = self.monitors.get(change.name)
        settings = {**(old.settings if old else {}), **change.settings}
        stream = change.stream or (old.stream if old else StreamAddress(""))
        self.monitors[change.name] = Monitor(len(self.monitors) + 1, change.name, settings, stream, "Connected", 5.0, 1.0)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(apply_module, "run_fleet", fake.fleet)
    monkeypatch.setattr(look_module, "run_fleet", fake.fleet)
    monkeypatch.setattr(exposure_module, "run_fleet", fake.fleet)
    return fake


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True)
    groups = {
        "cameras": {"hosts": {"cam1": None, "cam2": None}},
        "video": {"hosts": {"nvr1": None}},
        "web": {"hosts": {"w1": None}},
    }
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": groups}}))
    for group, values in {
        "cameras": {"camera_keep_days_min": 30, "camera_keep_days_max": 60},
        "video": {"recorder_smart": False},
    }.items():
        file = site.path / "group_vars" / group / "video.yml"
        file.parent.mkdir(parents=True)
        file.write_text(yaml.safe_dump(values))
    return site


def test_a_new_recorder_is_given_its_cameras_and_is_clean_then(site: Site, recorder: Fake) -> None:
    before = video.check(site, progress=NoProgress()).build()
    assert {outcome.subject for outcome in before.outcomes if outcome.check == "drift.video"} == {"cam1", "cam2"}
    report = video.mend(site, progress=NoProgress()).build()
    assert set(recorder.monitors) == {"cam1", "cam2"}
    assert (report.exit_code, report.outcomes[0].subject) == (0, "")
    assert "nvr1: create cam1: the recorder does not have this camera" in report.notes
    recorder.ran.clear()
    assert video.mend(site, progress=NoProgress()).build().exit_code == 0
    assert "set_nvr_monitors" not in recorder.ran


def test_of_one_finding_just_that_camera_is_set(site: Site, recorder: Fake) -> None:
    before = video.check(site, progress=NoProgress()).build()
    History.open().record(before)
    finding = next(outcome for outcome in before.outcomes if outcome.subject == "cam2")
    shown = fix(site, finding.id, apply=False, progress=NoProgress()).build()
    assert [(one.subject, one.status) for one in shown.outcomes] == [("cam2", Status.FINDING)]
    assert recorder.monitors == {}
    report = fix(site, finding.id, apply=True, progress=NoProgress()).build()
    assert set(recorder.monitors) == {"cam2"}
    assert [(one.subject, one.status) for one in report.outcomes] == [("cam2", Status.OK)]
    assert any("cam1" in note and note.startswith("left as it is") for note in report.notes)


def test_without_a_second_look_it_does_not_say_that_anything_records(site: Site, recorder: Fake) -> None:
    (found,) = apply_module.apply(site, verify=False, progress=NoProgress()).build().outcomes
    assert recorder.ran == ["get_nvr_monitors", "set_nvr_monitors"]
    assert (found.status, "was not looked at" in found.summary) == (Status.OK, True)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(
    ("failing", "result", "status"),
    [
        ("get_nvr_monitors", HostResult(error=UnreachableError("no"), unreachable=True), Status.UNCHECKED),
        ("set_nvr_monitors", HostResult(error=DoorError("not saved")), Status.ERROR),
    ],
)
def test_what_cannot_be_done_is_never_clean(
    failing: str, result: HostResult, status: Status, verify: bool, site: Site, recorder: Fake
) -> None:
    recorder.fails[failing] = result
    (found,) = apply_module.apply(site, verify=verify, progress=NoProgress()).build().outcomes
    assert found.status is status


def test_another_run_that_changes_the_recorder_is_respected(site: Site, recorder: Fake) -> None:
    with locked("target-town-nvr1"):
        (found,) = video.mend(site, progress=NoProgress()).build().outcomes
    assert found.status is Status.ERROR
    assert recorder.ran == []


def test_a_selection_without_a_recorder_is_an_error(site: Site) -> None:
    for work in (video.check, video.mend):
        with pytest.raises(InventoryError):
            work(site, limit="w1", progress=NoProgress())
