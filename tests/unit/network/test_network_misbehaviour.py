"""Switches that misbehave, beside healthy ones in the same run: what is said of them, and that nothing half is kept or changed.

Two simulated EOS switches and a simulated IOS one, by NAPALM's own drivers: orchestration and faults, not the vendors' semantics.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.files import factory_config
from lab.simulators.config_shell import parse
from lab.simulators.eos.settings import Settings as EosSettings
from lab.simulators.ios.settings import Settings as IosSettings
from muhtar.drift import network as drift
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory, Target
from muhtar.network.change import carry, options
from muhtar.network.history.backup import run as network_backup
from muhtar.network.history.keep import path_of, repository
from muhtar.network.history.look import show
from muhtar.network.history.outcomes import tell
from muhtar.network.history.take import take
from muhtar.network.journal import Journal, State
from muhtar.network.plan import PlanError
from muhtar.network.planfile import default_path, read_plan, write_plan
from muhtar.network.planning import plan_intended
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site, locked
from nornir_tasks.render_config import intended_config
from tests.support.backup_town import FakeTown, policy
from tests.support.disks import fill, small_disk
from tests.support.simulated_ios import IosSwitch, host_key
from tests.support.simulated_switch import Simulated, Switch, certificate
from tests.support.town import SWITCH_PASSWORD, lab_site

QUIET = NoProgress()
NAMES = ("sw1", "sw2", "sw3")
LIMIT = ",".join(NAMES)
# An EOS switch and an IOS one; the others of the town are healthy meanwhile.
FAULTY = pytest.mark.parametrize("faulty", ["sw1", "sw3"], ids=["eos", "ios"])
# Seconds; a simulator on loopback answers in milliseconds, unless it is told not to.
PATIENCE = 3
# What somebody typed into a switch: the inventory knows nothing of it.
TYPED = {"sw1": "interface Ethernet5\n   description {}\n", "sw3": "interface GigabitEthernet0/5\n description {}\n"}


@dataclass
class Town:
    """Three switches. In `_town`, they run what the inventory intends, or come from the factory."""

    site: Site
    switches: dict[str, Simulated[Any]]

    @property
    def targets(self) -> list[Target]:
        inventory = Inventory.load(self.site)
        return [inventory.target(name) for name in NAMES]

    def running(self, name: str) -> str:
        """What a switch runs, its timers settled; without the remark on who changed it when."""
        device = self.switches[name].device
        device.settle()
        return "\n".join(line for line in device.text(device.running).splitlines() if not line.startswith("! Last"))

    def type(self, name: str, what: str) -> None:
        """Somebody changes a description by hand."""
        device = self.switches[name].device
        tree = device.running.copy()
        parse(TYPED[name].format(what).splitlines(), device.grammar, tree)
        device.running = device.complete(tree)

    def backup(self) -> Report:
        """Read all and keep what they gave."""
        builder = ReportBuilder("network.backup", self.site.name)
        tell(builder, self.site, self.targets, take(Inventory.load(self.site), self.targets, progress=QUIET))
        return builder.build()

    def drift(self) -> Report:
        """Compare all with the inventory."""
        return drift.check(self.site, limit=LIMIT, progress=QUIET).build()


def _town(folder: Path, patch: pytest.MonkeyPatch, *, factory: bool) -> Iterator[Town]:
    site = lab_site(folder / "home", patch)
    ca = certificate(folder, "ca", None)
    certificate(folder, "127.0.0.1", ca)
    certificate(folder, "imposter", certificate(folder, "other", None))
    (folder / "password").write_text(SWITCH_PASSWORD, encoding="utf-8")
    for name in NAMES:
        (site.overlay / "host_vars" / name).mkdir(parents=True)
        # Rendered into the management port, so it must be known before the switch starts; the port of the session need not be.
        _write_way(site, name, "")
    inventory = Inventory.load(site)
    switches: dict[str, Simulated[Any]] = {}
    for name in NAMES:
        target = inventory.target(name)
        platform = str(target.platform)
        text = factory_config(name, platform) if factory else intended_config(target, site.path)
        (folder / f"{name}.conf").write_text(text, encoding="utf-8")
        switches[name] = _ios(folder, name) if platform == "ios" else _eos(folder, name)
        _write_way(site, name, f"ansible_port: {switches[name].port}\n")
    (site.overlay / "ca").mkdir()
    shutil.copy(folder / "ca.crt", site.overlay / "ca" / "ca.crt")
    (site.overlay / "ssh").mkdir()
    shutil.copy(folder / "known_hosts", site.overlay / "ssh" / "known_hosts")
    yield Town(site, switches)
    for switch in switches.values():
        switch.stop()


def _write_way(site: Site, name: str, more: str) -> None:
    text = f"ansible_host: 127.0.0.1\nnetwork_timeout: {PATIENCE}\n{more}"
    (site.overlay / "host_vars" / name / "way.yml").write_text(text, encoding="utf-8")


def _eos(folder: Path, name: str) -> Switch:
    settings = EosSettings(
        name=name,
        certificate=folder / "127.0.0.1.crt",
        key=folder / "127.0.0.1.key",
        other_certificate=folder / "imposter.crt",
        other_key=folder / "imposter.key",
        password_file=folder / "password",
        initial_config=folder / f"{name}.conf",
        state=folder / f"flash-{name}",
        address="127.0.0.1",
        port=0,
        control=folder / f"{name}.json",
    )
    return Switch(settings, folder / "ca.crt")


def _ios(folder: Path, name: str) -> IosSwitch:
    settings = IosSettings(
        name=name,
        host_key=host_key(folder / "host_key"),
        password_file=folder / "password",
        initial_config=folder / f"{name}.conf",
        state=folder / f"flash-{name}",
        address="127.0.0.1",
        port=0,
        control=folder / f"{name}.json",
    )
    return IosSwitch(settings)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Switches as the inventory intends them, started and backed up once."""
    with pytest.MonkeyPatch.context() as patch:
        for town in _town(tmp_path_factory.mktemp("town"), patch, factory=False):
            assert town.backup().exit_code == ExitCode.CLEAN
            yield town


@pytest.fixture
def town(started: Town) -> Iterator[Town]:
    """The same for a test that only reads; what it types is taken back, and so are its faults."""
    before = {name: switch.device.running for name, switch in started.switches.items()}
    yield started
    for name, switch in started.switches.items():
        switch.fault()
        switch.device.running = before[name]
    _wait_for_the_right_key(started)


@pytest.fixture
def new_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Switches from the factory, for a test that changes them."""
    yield from _town(tmp_path, monkeypatch, factory=True)


def _wait_for_the_right_key(town: Town) -> None:
    """An SSH listener changes its host key within a moment; so does its fault."""
    server = town.switches["sw3"]._server
    wanted = server.control.read().other_identity
    threading.Event().wait(0.3)
    while server._other is not wanted or server._listener is None:
        threading.Event().wait(0.1)


def statuses(report: Report, check: str) -> dict[str, Status]:
    return {outcome.target: outcome.status for outcome in report.outcomes if outcome.check == check}


def said(report: Report, check: str, name: str) -> str:
    return next(outcome.summary for outcome in report.outcomes if (outcome.check, outcome.target) == (check, name))


def kept_version(name: str) -> str:
    return _git("rev-parse", f"main:{path_of('lab', name)}")


def _git(*words: str) -> str:
    return subprocess.run(["git", f"--git-dir={repository().path}", *words], capture_output=True, text=True, check=True).stdout


def test_healthy_switches_are_clean(town: Town) -> None:
    assert town.drift().exit_code == ExitCode.CLEAN
    assert plan_intended(town.site, limit=LIMIT, progress=QUIET).plan.names == []
    report = town.backup()
    assert report.exit_code == ExitCode.CLEAN
    assert {said(report, "network.history", name) for name in NAMES} == {"unchanged since the last time"}


# fault → what the backup and the drift check say of the device, by platform where they differ.
LOST = (Status.UNCHECKED, Status.UNCHECKED)
FAULTS: dict[str, tuple[dict[str, Any], dict[str, tuple[Status, Status]]]] = {
    "hangs at login": ({"hang_login": True}, {"sw1": LOST, "sw3": LOST}),
    "another password": ({"wrong_password": True}, {"sw1": LOST, "sw3": LOST}),
    "another identity": ({"other_identity": True}, {"sw1": LOST, "sw3": LOST}),
    "too slow": ({"delay": PATIENCE + 2.0}, {"sw1": LOST, "sw3": LOST}),
    "slow": ({"delay": 0.03}, dict.fromkeys(("sw1", "sw3"), (Status.OK, Status.FINDING))),
    "half the output": ({"truncate": 400}, dict.fromkeys(("sw1", "sw3"), (Status.ERROR, Status.ERROR))),
    # IOS meets a line that it does not take only when it is to run it: a comparison of files is none.
    "refuses a line": (
        {"refuse": ["spanning-tree"]},
        {"sw1": (Status.OK, Status.ERROR), "sw3": (Status.OK, Status.FINDING)},
    ),
}
CODES = {
    Status.UNCHECKED: ExitCode.INCOMPLETE,
    Status.ERROR: ExitCode.FAILED,
    Status.FINDING: ExitCode.FINDINGS,
    Status.OK: ExitCode.CLEAN,
}


@FAULTY
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_device_s(fault: str, faulty: str, town: Town) -> None:
    how, wanted = FAULTS[fault]
    in_backup, in_drift = wanted[faulty]
    healthy = [name for name in NAMES if name != faulty]
    before = kept_version(faulty)
    # Somebody typed something: there is a difference to be seen, and a version to be kept, or not.
    town.type(faulty, "somebody was here")
    town.switches[faulty].fault(**how)
    _wait_for_the_right_key(town)

    report = town.backup()
    assert statuses(report, "network.history") == {faulty: in_backup} | dict.fromkeys(healthy, Status.OK)
    # What runs was not saved: that is a finding of its own.
    assert report.exit_code == (CODES[in_backup] or ExitCode.FINDINGS)
    if in_backup is Status.OK:
        assert "somebody was here" in show(town.site, faulty)
    else:
        assert kept_version(faulty) == before, "the last good version stays"
    _git("fsck", "--strict")

    report = town.drift()
    assert statuses(report, "drift.network") == {faulty: in_drift} | dict.fromkeys(healthy, Status.OK)
    assert report.exit_code == CODES[in_drift]
    assert SWITCH_PASSWORD not in report.model_dump_json()

    if fault in {"hangs at login", "too slow"}:
        return  # a plan would wait for it in the same way once more
    found = plan_intended(town.site, limit=LIMIT, progress=QUIET)
    assert statuses(found.builder.build(), "network.change") == {faulty: in_drift} | dict.fromkeys(healthy, Status.OK)
    assert found.plan.names == ([faulty] if in_drift is Status.FINDING else []), "no plan upon half of what it runs"


CHANGES: dict[str, dict[str, Any]] = {
    "cut before the commit": {"drop_commit": "before"},
    "cut after the commit": {"drop_commit": "after"},
    "half the output": {"truncate": 400},
    "refuses a line": {"refuse": ["spanning-tree"]},
}


@FAULTY
@pytest.mark.parametrize("fault", CHANGES)
def test_a_fault_in_a_change_leaves_that_device_as_it_was_and_changes_the_others(fault: str, faulty: str, new_town: Town) -> None:
    site = new_town.site
    healthy = [name for name in NAMES if name != faulty]
    factory = new_town.running(faulty)
    planned = plan_intended(site, limit=LIMIT, progress=QUIET)
    assert planned.plan.names == list(NAMES)
    new_town.switches[faulty].fault(**CHANGES[fault])

    report = carry(planned, "network.apply", options(None, 1, 60, None), progress=QUIET).build()
    status = Status.UNCHECKED if fault.startswith("cut") else Status.ERROR
    assert statuses(report, "network.change") == {faulty: status} | dict.fromkeys(healthy, Status.OK)
    assert statuses(report, "drift.network") == dict.fromkeys(healthy, Status.OK), "looked at again once they were changed"
    assert report.exit_code == CODES[status]

    device = new_town.switches[faulty].device
    if getattr(device, "pending", None) is not None:
        # An IOS switch that was cut off waits for its own timer: let the minute pass.
        assert fault.startswith("cut")
        device.pending.deadline = 0.0
    assert new_town.running(faulty) == factory
    begun = Journal(site).changes()[-1].devices
    assert {name: begun[name].state for name in healthy} == dict.fromkeys(healthy, State.CONFIRMED)
    if fault.startswith("cut"):
        assert begun[faulty].state is State.LEFT
        assert "takes the change back by itself" in said(report, "network.change", faulty)
    if fault == "half the output":
        assert faulty not in begun, "nothing half is kept for a rollback"


def test_a_device_that_another_run_changes_is_left_to_it(new_town: Town) -> None:
    planned = plan_intended(new_town.site, limit="sw1,sw2", progress=QUIET)
    factory = new_town.running("sw1")
    with locked("target-lab-sw1"):
        report = carry(planned, "network.apply", options(None, 1, 60, None), progress=QUIET).build()
    assert statuses(report, "network.change") == {"sw1": Status.ERROR, "sw2": Status.OK}
    assert new_town.running("sw1") == factory


def test_two_backups_at_once_keep_one_version(town: Town) -> None:
    town.type("sw1", "two came at once")
    before = int(_git("rev-list", "--count", "main"))
    reports: list[Report] = []
    runs = [threading.Thread(target=lambda: reports.append(town.backup())) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [set(statuses(report, "network.history").values()) for report in reports] == [{Status.OK}] * 2
    assert int(_git("rev-list", "--count", "main")) == before + 1
    assert sorted("kept" in said(report, "network.history", "sw1") for report in reports) == [False, True]


@pytest.mark.parametrize("encoding", ["iso8859-9", "latin-1", "utf-8"])
def test_letters_in_any_encoding_are_kept_byte_for_byte_and_legible(encoding: str, town: Town) -> None:
    """Older switches keep the bytes that were typed into them, whatever they stand for."""
    letters = "Müdürlük bürosu" if encoding == "latin-1" else "Şube müdürlüğü"
    typed = letters.encode(encoding)
    town.type("sw3", typed.decode("utf-8", "surrogateescape"))
    inventory = Inventory.load(town.site)
    groups = {"network": {"sources": [{"name": "config", "kind": "device_config"}]}}
    plan = FakeTown(policy(groups=groups), inventory.target("sw3"))
    plan.inventory = inventory
    report = network_backup(town.site, plan=plan, progress=QUIET).build()
    assert statuses(report, "network.history") == statuses(report, "backup.snapshot") == {"sw3": Status.OK}
    assert f"description {letters}\n" in show(town.site, "sw3")
    running, startup = (call for call in plan.fakes["sw3"].calls if call.startswith("backup_bytes"))
    assert repr(b"description " + typed)[2:-1] in running
    assert repr(b"description " + typed)[2:-1] not in startup


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, to be filled."""
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def test_a_full_disk_under_the_history_changes_nothing(full_disk: Path, new_town: Town) -> None:
    place = new_town.site.overlay.parents[1] / "network-history"
    place.symlink_to(full_disk)
    new_town.backup()
    before = _git("rev-parse", "main")
    new_town.type("sw1", "somebody was here")
    filler = fill(full_disk)
    report = new_town.backup()
    assert statuses(report, "network.history") == {"sw1": Status.ERROR, "sw2": Status.OK, "sw3": Status.OK}
    assert report.exit_code == ExitCode.FAILED
    assert "No space left" in said(report, "network.history", "sw1")
    assert _git("rev-parse", "main") == before
    filler.unlink()
    assert "kept" in said(new_town.backup(), "network.history", "sw1")
    assert "somebody was here" in show(new_town.site, "sw1")
    _git("fsck", "--strict")


def test_a_full_disk_under_plans_and_journal_stops_before_the_first_change(full_disk: Path, new_town: Town) -> None:
    site = new_town.site
    place = site.overlay.parents[1] / "network"
    place.symlink_to(full_disk)
    planned = plan_intended(site, limit="sw1", progress=QUIET)
    path = write_plan(planned.plan, site, default_path(planned.plan))
    factory = new_town.running("sw1")
    fill(full_disk)
    with pytest.raises(PlanError, match="No space left"):
        write_plan(planned.plan, site, path)
    assert read_plan(path, site).names == ["sw1"], "the plan that was there is whole"
    other = path.with_name("other.json")
    with pytest.raises(PlanError, match="No space left"):
        write_plan(planned.plan, site, other)
    assert {file.name for file in path.parent.iterdir()} == {path.name}, "no half plan, and nothing left of it"
    report = carry(planned, "network.apply", options(None, 1, 60, None), progress=QUIET).build()
    assert statuses(report, "network.change") == {"sw1": Status.ERROR}
    assert new_town.running("sw1") == factory
