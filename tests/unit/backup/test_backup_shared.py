"""A repository that devices share: one snapshot a run, and each device comes back by itself. With a real restic, if any."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from muhtar.backup.age import ages
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Kept
from muhtar.backup.restore import prepare
from muhtar.doors.restic import Here, Repository, Restic
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import RegisterError, UnreachableError
from muhtar.network.history.backup import run
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from muhtar.settings import Site
from tests.support.backup_town import BASE, FakeRestic, FakeTown, policy, target
from tests.support.device_fleet import Fleet

SITE = Site("lab")
QUIET = NoProgress()
SHARED = {"main": BASE["repositories"]["main"] | {"shared": "devices"}}
GROUPS = {"network": {"sources": [{"name": "config", "kind": "device_config"}]}}
RUNNING = b"hostname sw\n description M\xfcd\xfcrl\xfck\nend\n"


class Town(FakeTown):
    """Devices whose one repository is `self.shared`."""

    shared: Any

    def restic(self, job: Job, where: str, kept: Kept | None = None) -> Restic:
        """The shared repository."""
        assert kept is None
        assert (job.repository, where) == ("devices", "runner")
        return cast("Restic", self.shared)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    return Fleet(monkeypatch, **dict.fromkeys(("sw1", "sw2", "sw3"), ("ios", (RUNNING, b"hostname sw\nend\n"))))


@pytest.fixture
def restic(binary: str, tmp_path: Path) -> Restic:
    return Restic(Here(), Repository(str(tmp_path / "repository"), Secret("a-password-of-a-test")), binary=binary)


def town(fleet: Fleet, shared: Any, *names: str, **changes: Any) -> Town:
    plan = Town(
        policy(repositories=SHARED, groups=GROUPS, **changes), *(one for one in fleet.targets if not names or one.name in names)
    )
    plan.inventory = fleet.inventory
    plan.shared = shared
    return plan


def snapshots(report: Report) -> dict[str, Status]:
    return {outcome.target: outcome.status for outcome in report.outcomes if outcome.check == "backup.snapshot"}


def test_each_device_comes_back_by_itself_from_the_one_snapshot(fleet: Fleet, restic: Restic, tmp_path: Path) -> None:
    fleet.says("sw2", b"hostname old\nend\n")
    report = run(SITE, progress=QUIET, plan=town(fleet, restic)).build()
    assert snapshots(report) == dict.fromkeys(("sw1", "sw2", "sw3"), Status.OK), [o.summary for o in report.outcomes]
    fleet.says("sw2", UnreachableError("gone"))
    report = run(SITE, progress=QUIET, plan=town(fleet, restic)).build()
    assert snapshots(report) == {"sw1": Status.OK, "sw2": Status.UNCHECKED, "sw3": Status.OK}
    first, second = restic.snapshots()
    assert "device:sw2" in first.tags
    assert "device:sw2" not in second.tags
    for name, held in (("sw1", {"running-config": RUNNING, "startup-config": b"hostname sw\nend\n"}), ("sw2", None)):
        out = tmp_path / "out" / name
        assert prepare(SITE, name, out, plan=town(fleet, restic, name)).apply(QUIET).build().exit_code == 0
        found = {path.name: path.read_bytes() for path in (out / "config").iterdir()}
        assert found == (held or {"running-config": b"hostname old\nend\n"})
    fleet.says("sw2", b"hostname old\nend\n")
    assert ages(SITE, progress=QUIET, plan=town(fleet, restic)).build().exit_code == 0
    assert not list(runtime_dir().glob("muhtar-devices-*"))


def test_a_thousand_devices_are_asked_for_once(fleet: Fleet) -> None:
    shared = FakeRestic()
    run(SITE, progress=QUIET, plan=town(fleet, shared))
    assert [call.split()[0] for call in shared.calls] == ["snapshots", "backup_paths", "snapshots"]
    shared.calls.clear()
    ages(SITE, progress=QUIET, plan=town(fleet, shared))
    assert shared.calls == ["snapshots"]


@pytest.mark.parametrize("where", ["snapshots", "backup_paths"])
def test_a_server_that_does_not_answer_leaves_all_unchecked(fleet: Fleet, where: str) -> None:
    shared = FakeRestic(fails={where: UnreachableError("no answer")})
    report = run(SITE, progress=QUIET, plan=town(fleet, shared)).build()
    assert set(snapshots(report).values()) == {Status.UNCHECKED}
    assert {o.status for o in report.outcomes if o.check == "network.history"} == {Status.OK}


def test_a_snapshot_that_the_repository_does_not_list_is_no_backup(fleet: Fleet) -> None:
    report = run(SITE, progress=QUIET, plan=town(fleet, FakeRestic(forgets=True))).build()
    assert set(snapshots(report).values()) == {Status.ERROR}


def test_a_device_that_gives_less_than_its_minimum_is_a_finding(fleet: Fleet) -> None:
    fleet.says("sw2", b"hostname sw2\nend\n")
    report = run(SITE, progress=QUIET, plan=town(fleet, FakeRestic(), minimum_size="30 B")).build()
    assert snapshots(report) == {"sw1": Status.OK, "sw2": Status.FINDING, "sw3": Status.OK}


def test_nothing_is_taken_where_no_device_gave_anything(fleet: Fleet) -> None:
    for name in fleet.devices:
        fleet.says(name, UnreachableError("gone"))
    shared = FakeRestic()
    report = run(SITE, progress=QUIET, plan=town(fleet, shared)).build()
    assert set(snapshots(report).values()) == {Status.UNCHECKED}
    assert shared.calls == []


def test_a_host_that_writes_by_itself_must_not_share() -> None:
    with pytest.raises(RegisterError, match="must not reach a repository that it shares"):
        policy(repositories=SHARED).of(target("web1", "web"))


def test_the_repository_and_its_user_are_named_as_the_policy_says() -> None:
    found = policy(repositories=SHARED, groups=GROUPS).of(target("sw1", "network"))
    assert found is not None
    variables = {"vault_repo": {"devices": "p" * 20}, "vault_http": {"devices": "h" * 20}}
    job = Job(target("sw1", "network", **variables), found)
    plan = Plan(SITE, cast("Any", type("I", (), {"target": lambda _, name: target(name, ansible_host="192.0.2.9")})()), Path("x"))
    repository = plan._repository(job, found.keeper)
    assert (repository.url, repository.user) == ("rest:https://192.0.2.9:8000/devices/", "devices")
