"""A device goes back to what it ran: the original out of the encrypted repository, with a real restic, and the safe way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.config_shell import parse
from muhtar.backup.plan import Job, Plan
from muhtar.doors.restic import Here, Look, Repository, Restic
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import InventoryError, UnreachableError, UsageError
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory
from muhtar.network.apply import Options, apply
from muhtar.network.change import carry
from muhtar.network.history import backup
from muhtar.network.journal import Journal, State
from muhtar.network.originals import Which
from muhtar.network.planning import Planned, plan_restore
from muhtar.network.versions import NoVersionError, Version, version_at
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks import replace_config as changing
from nornir_tasks.steady import steady
from nornir_tasks.whole import IncompleteConfigError
from tests.support.backup_town import FakeRestic
from tests.support.played_devices import PlayedDevices
from tests.support.simulated_ios import IosSwitch

QUIET = NoProgress()
R1, SW1 = "192.0.2.11", "192.0.2.21"
END = "end\n"
SECRET = "Kimse-Gormesin-4711"
# As an older switch keeps it: a letter in ISO-8859-9, of which Python's text knows only the byte.
FIRST = f"hostname first\npassword {SECRET}\ninterface e1\n description M\udcfcd\udcfcrl\udcfck \udcdeube\nend\n"
SECOND = "hostname second\npassword baska\nend\n"
NIGHT = "hostname night\nend\n"


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> PlayedDevices:
    monkeypatch.setattr(changing, "PAUSE", 0.05)
    return PlayedDevices(monkeypatch, default=NIGHT)


@pytest.fixture
def repositories(binary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every device's repository is in a folder of this one."""
    folder = tmp_path / "repositories"

    def of(job: Job) -> Repository:
        return Repository(str(folder / job.repository), Secret("a-password-of-a-test"))

    def own(_: Plan, job: Job, where: str) -> Restic:
        assert where == "runner"
        return Restic(Here(), of(job), binary=binary, cache=str(tmp_path / "cache"))

    monkeypatch.setattr(Plan, "restic", own)
    monkeypatch.setattr(Plan, "look", lambda _, job: Look(of(job)))
    return folder


def runs(devices: PlayedDevices, address: str) -> str:
    """What it runs, whether or not it keeps the `end` that it shows."""
    return f"{devices.running[address].removesuffix(END)}{END}"


def backed_up(site: Site, limit: str = "r1") -> datetime:
    """The moment after a backup."""
    report = backup.run(site, limit=limit, progress=QUIET).build()
    snapshots = [outcome for outcome in report.outcomes if outcome.check == "backup.snapshot"]
    assert [outcome.status for outcome in snapshots] == [Status.OK] * len(limit.split(","))
    return datetime.now(UTC)


def at(site: Site, host: str, when: datetime, which: Which = Which.RUNNING) -> Version:
    return version_at(Inventory.load(site), host, when, which)


def restored(site: Site, found: Planned) -> Report:
    return carry(found, "network.restore", Options(max_failures=1), progress=QUIET).build()


@pytest.mark.usefixtures("repositories")
def test_a_device_gets_back_every_byte_that_it_ran(site: Site, devices: PlayedDevices) -> None:
    devices.running[R1] = FIRST
    then = backed_up(site)
    devices.running[R1] = SECOND
    backed_up(site)
    devices.running[R1] = NIGHT
    version = at(site, "r1", then)
    assert version.data == FIRST.encode(errors="surrogateescape")
    assert b"M\xfcd\xfcrl\xfck" in version.data
    assert version.source == "a backup"
    found = plan_restore(site, "r1", then, ticket="CHG-9", progress=QUIET)
    shown = found.builder.build()
    assert shown.exit_code == ExitCode.FINDINGS
    assert any("from a backup" in note for note in shown.notes)
    assert SECRET not in shown.model_dump_json()
    assert runs(devices, R1) == NIGHT, "nothing is changed without --apply"
    report = restored(site, found)
    assert report.exit_code == ExitCode.CLEAN
    # Whatever the driver sends, it is a text: a letter, and no longer a byte.
    assert runs(devices, R1) == FIRST.encode(errors="surrogateescape").decode("iso8859-9")
    assert "Müdürlük Şube" in devices.running[R1]
    assert SECRET in devices.running[R1]
    assert devices.did("confirm") == [R1]
    change = Journal(site).changes()[-1]
    assert (change.kind, change.ticket, change.devices["r1"].state) == ("restore", "CHG-9", State.CONFIRMED)
    assert Journal(site).opened(change.devices["r1"].before) == NIGHT.encode()
    assert not list(runtime_dir().glob("muhtar-original-*")), "no original is left lying about"


@pytest.mark.usefixtures("repositories")
def test_what_it_would_have_started_with(site: Site, devices: PlayedDevices) -> None:
    header = "! Command: show startup-config\n! Startup-config last modified at Mon Nov 23 10:00:01 2026 by ahmet\n"
    devices.running[SW1], devices.startup[SW1] = SECOND, header + FIRST
    then = backed_up(site, "sw1")
    devices.running[SW1] = NIGHT
    assert at(site, "sw1", then, Which.STARTUP).data.startswith(b"! Command: show startup-config\n")
    report = restored(site, plan_restore(site, "sw1", then, source="startup", progress=QUIET))
    assert report.exit_code == ExitCode.CLEAN
    assert runs(devices, SW1) == FIRST.encode(errors="surrogateescape").decode("iso8859-9"), "what heads an answer is no line"
    report = restored(site, plan_restore(site, "sw1", then, progress=QUIET))
    assert report.exit_code == ExitCode.CLEAN
    assert runs(devices, SW1) == SECOND


@pytest.mark.usefixtures("repositories")
def test_the_nearest_of_backups_and_changes_counts(site: Site, devices: PlayedDevices) -> None:
    devices.running[R1] = FIRST
    backed = backed_up(site)
    apply(site, limit="r1", progress=QUIET)
    changed = datetime.now(UTC)
    assert at(site, "r1", backed).source == "a backup"
    nearer = at(site, "r1", changed)
    assert nearer.source == "the journal of changes"
    assert nearer.data.decode().removesuffix(END) == devices.running[R1].removesuffix(END)
    devices.running[R1] = SECOND
    assert at(site, "r1", backed_up(site)).data == SECOND.encode()


@pytest.mark.usefixtures("repositories")
def test_a_version_that_does_not_exist_says_which_do(site: Site, devices: PlayedDevices) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(NoVersionError, match=r"no running configuration of r1 as of .* none is kept at all") as never:
        plan_restore(site, "r1", before, progress=QUIET)
    assert "network.backup --limit r1" in str(never.value.mend)
    devices.running[R1] = FIRST
    then = backed_up(site)
    with pytest.raises(NoVersionError, match=f"the oldest that is kept is of {then:%Y-%m-%d}"):
        plan_restore(site, "r1", before, progress=QUIET)
    with pytest.raises(NoVersionError, match="r1 had no startup configuration when it was backed up"):
        plan_restore(site, "r1", then, source="startup", progress=QUIET)
    with pytest.raises(InventoryError, match="nobody"):
        plan_restore(site, "nobody", then, progress=QUIET)
    with pytest.raises(UsageError, match="no network device"):
        plan_restore(site, "web1", then, progress=QUIET)
    with pytest.raises(UsageError, match="--source candidate"):
        plan_restore(site, "r1", then, source="candidate", progress=QUIET)
    assert devices.log == []


def test_a_platform_that_saves_what_it_commits_has_no_startup_configuration(site: Site) -> None:
    own = site.overlay / "host_vars" / "r3.yml"
    own.parent.mkdir(parents=True)
    own.write_text("muhtar_platform: junos\n")
    with pytest.raises(NoVersionError, match="r3 has no startup configuration: junos"):
        at(site, "r3", datetime.now(UTC), Which.STARTUP)


@pytest.mark.usefixtures("repositories")
@pytest.mark.parametrize("source", ["running", "startup"])
def test_an_ios_switch_takes_its_original_back(source: str, ios_site: Site, sw3: IosSwitch) -> None:
    """By NAPALM's own driver, on the simulator: what heads the switch's answer is no line that it would refuse."""

    def now() -> str:
        return steady(sw3.device.text(sw3.device.running), "ios")

    factory = now()
    then = backed_up(ios_site, "sw3")
    parse(["hostname gece", "ip domain-name baska.example"], sw3.device.grammar, sw3.device.running)
    assert now() != factory
    found = plan_restore(ios_site, "sw3", then, source=source, progress=QUIET)
    assert "hostname sw3" in found.plan.device("sw3").remediation
    report = restored(ios_site, found)
    assert report.exit_code == ExitCode.CLEAN
    assert now() == factory
    assert sw3.device.pending is None


# ---- with a repository in memory


def half(folder: Path) -> None:
    (folder / "running-config").write_text("hostname r1\ninterface e1\n")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRestic:
    found = FakeRestic()
    monkeypatch.setattr(Plan, "restic", lambda *_: found)
    return found


def a_backup(fake: FakeRestic, contents: Callable[[Path], Any]) -> datetime:
    fake.contents = contents
    fake.backup_bytes(b"x", name="running-config", host="r1", tags=["muhtar", "source:config", "run:1", "pieces:1"])
    return fake.time


def test_a_repository_that_does_not_answer_is_no_missing_version(site: Site, devices: PlayedDevices, fake: FakeRestic) -> None:
    """There may be a nearer version in it than the journal has."""
    apply(site, limit="r1", progress=QUIET)
    fake.fails["snapshots"] = UnreachableError("bak1 does not answer")
    with pytest.raises(UnreachableError):
        plan_restore(site, "r1", datetime.now(UTC), progress=QUIET)
    assert devices.did("commit") == [R1], "by the apply before, and not again"


def test_half_a_configuration_is_not_given_to_a_device(site: Site, devices: PlayedDevices, fake: FakeRestic) -> None:
    then = a_backup(fake, half)
    with pytest.raises(IncompleteConfigError, match="cut off after 2 lines"):
        plan_restore(site, "r1", then, progress=QUIET)
    assert devices.log == []


def test_half_a_backup_is_no_version(site: Site, fake: FakeRestic) -> None:
    fake.backup_bytes(b"x", name="running-config", host="r1", tags=["muhtar", "source:config", "run:1", "pieces:2"])
    with pytest.raises(NoVersionError, match="none is kept at all"):
        at(site, "r1", fake.time)


def test_a_device_that_no_backup_takes_has_the_journal(
    site: Site, devices: PlayedDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy may exempt it."""

    def exempt(*_: Any, **__: Any) -> Plan:
        raise UsageError("not backed up: r1: somebody else does")

    monkeypatch.setattr(Plan, "make", exempt)
    apply(site, limit="r1", progress=QUIET)
    assert at(site, "r1", datetime.now(UTC)).source == "the journal of changes"
    assert devices.did("commit") == [R1]
