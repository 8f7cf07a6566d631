"""From a plan to changed devices and back: what is kept, what is refused, and in which order it goes."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.errors import InventoryError, MuhtarError, UsageError
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory
from muhtar.network.apply import Options, apply
from muhtar.network.change import apply_plan, carry, options, show_plan
from muhtar.network.journal import Journal, JournalError, State
from muhtar.network.plan import PlanError
from muhtar.network.planfile import default_path, read_plan, write_plan
from muhtar.network.planning import Planned, plan_intended, plan_restore, plan_rollback
from muhtar.network.versions import NoVersionError, version_at
from muhtar.network.waves import Serial
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site, atomic_write, locked
from muhtar.vault import VaultError
from nornir_tasks import replace_config as changing
from nornir_tasks.render_config import intended_config
from tests.support.played_devices import PlayedDevices
from tests.support.town import lab_site

QUIET = NoProgress()
R1, R2, R3, SW1, SW2 = "192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.21", "192.0.2.22"
FIVE = "r1,r2,r3,sw1,sw2"
HOW = Options(max_failures=1)
SECRET = "Kimse-Gormesin-4711"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> PlayedDevices:
    monkeypatch.setattr(changing, "PAUSE", 0.05)
    return PlayedDevices(monkeypatch)


def planned(site: Site, limit: str = FIVE, ticket: str | None = None) -> Planned:
    return plan_intended(site, limit=limit, ticket=ticket, progress=QUIET)


def kept(site: Site, limit: str = FIVE, ticket: str | None = None) -> Path:
    plan = planned(site, limit, ticket).plan
    return write_plan(plan, site, default_path(plan))


def changed(site: Site, path: Path, how: Options = HOW, **more: Any) -> Report:
    return apply_plan(site, read_plan(path, site), how, progress=QUIET, **more).build()


def rolled_back(site: Site, change: str | None = None, **more: Any) -> Report:
    return carry(plan_rollback(site, change, progress=QUIET, **more), "network.rollback", HOW, progress=QUIET).build()


def by_check(report: Report, check: str = "network.change") -> dict[str, Outcome]:
    return {outcome.target: outcome for outcome in report.outcomes if outcome.check == check}


def statuses(report: Report) -> dict[str, str]:
    return {name: str(outcome.status) for name, outcome in by_check(report).items()}


def intended(site: Site, name: str) -> str:
    return intended_config(Inventory.load(site).target(name), site.path)


# ---- the plan


def test_a_plan_changes_nothing_and_tells_what_would(site: Site, devices: PlayedDevices) -> None:
    devices.running[R1] = intended(site, "r1")
    devices.unreachable.add(R3)
    found = planned(site, ticket="CHG-123")
    report = found.builder.build()
    assert statuses(report) == {"r1": "ok", "r2": "finding", "r3": "unchecked", "sw1": "finding", "sw2": "finding"}
    assert report.exit_code == ExitCode.INCOMPLETE
    assert found.plan.names == ["r2", "sw1", "sw2"]
    assert (found.plan.ticket, found.plan.site) == ("CHG-123", "lab")
    assert "change ticket CHG-123" in report.notes
    assert devices.log == []


def test_a_plan_file_is_for_its_owner_and_holds_no_open_secret(site: Site, devices: PlayedDevices) -> None:
    devices.running[SW1] = f"hostname sw1\nusername eski secret {SECRET}\n"
    path = kept(site, "sw1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "$6$" not in text
    assert "username eski secret <removed>" in text
    plan = read_plan(path, site)
    assert plan.candidate("sw1") == intended(site, "sw1")
    assert plan.device("sw1").running_hash == planned(site, "sw1").plan.device("sw1").running_hash


def test_without_a_vault_nothing_is_written_and_nothing_touched(site: Site, devices: PlayedDevices) -> None:
    plan = planned(site, "r1").plan
    (site.overlay / "vault-password").unlink()
    with pytest.raises(VaultError, match="no vault password"):
        write_plan(plan, site, default_path(plan))
    assert not default_path(plan).exists()
    with pytest.raises(VaultError):
        apply(site, limit="r1", progress=QUIET)
    assert devices.log == []


def edited(**changes: Any) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        found = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**found, **changes}), encoding="utf-8")

    return edit


def damaged(path: Path) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    found["sealed"][3] = found["sealed"][3][::-1]
    path.write_text(json.dumps(found), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00garbage"), "not JSON"),
        (lambda path: path.write_text("[]"), "no schema_version"),
        (lambda path: path.write_text('{"a": 1}'), "no schema_version"),
        (edited(schema_version="muhtar.network.plan/0"), "another version"),
        (edited(site="ankara"), "for site 'ankara'"),
        (edited(devices="r1"), "is no plan"),
        (edited(surprise=1), "is no plan"),
        (edited(sealed=None), "sealed part is missing"),
        (edited(sealed=["$ANSIBLE_VAULT;1.1;AES256", "3030"]), "does not open"),
        (damaged, "does not open"),
        (edited(about="nothing much"), "was edited"),
    ],
)
def test_a_wrong_plan_file_is_refused_with_its_path(
    spoil: Callable[[Path], Any], says: str, site: Site, devices: PlayedDevices
) -> None:
    path = kept(site, "r1")
    spoil(path)
    with pytest.raises(PlanError, match=says) as refused:
        read_plan(path, site)
    assert refused.value.path == str(path)
    assert refused.value.mend
    assert devices.log == []


def test_a_plan_of_another_vault_is_refused(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1")
    (site.overlay / "vault-password").write_text("Baska-Bir-Parola-99", encoding="utf-8")
    with pytest.raises(PlanError, match="another vault password"):
        read_plan(path, site)


def test_a_device_that_left_the_inventory_stops_the_whole_plan(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1,r2")
    plan = read_plan(path, site)
    gone = plan.model_copy(update={"devices": (plan.devices[0], plan.devices[1].model_copy(update={"name": "r9"}))})
    with pytest.raises(PlanError, match="r9 is no network device"):
        apply_plan(site, gone, HOW, progress=QUIET)
    other = plan.model_copy(update={"devices": (plan.devices[0].model_copy(update={"platform": "ios"}),)})
    with pytest.raises(PlanError, match="was ios and is frr"):
        apply_plan(site, other, HOW, progress=QUIET)
    with pytest.raises(PlanError, match="none of the selected"):
        apply_plan(site, plan, HOW, limit="sw1", progress=QUIET)
    assert devices.log == []


# ---- carrying it out


def test_a_plan_is_carried_out_and_looked_at_again(site: Site, devices: PlayedDevices) -> None:
    report = changed(site, kept(site, ticket="CHG-7"))
    assert statuses(report) == dict.fromkeys(("r1", "r2", "r3", "sw1", "sw2"), "ok")
    assert set(by_check(report, "drift.network")) == {"r1", "r2", "r3", "sw1", "sw2"}
    assert report.exit_code == ExitCode.CLEAN
    assert devices.running[SW2] == intended(site, "sw2")
    assert sorted(devices.did("confirm")) == [R1, R2, R3, SW1, SW2]
    assert "change ticket CHG-7" in report.notes
    change = Journal(site).changes()[-1]
    assert (change.ticket, change.kind) == ("CHG-7", "intended")
    assert {device.state for device in change.devices.values()} == {State.CONFIRMED}
    assert Journal(site).opened(change.devices["r1"].before) == b"hostname factory\nend\n"


def test_carrying_it_out_twice_changes_nothing_more(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1")
    changed(site, path)
    report = changed(site, path)
    assert by_check(report)["r1"].summary == "configured as intended already"
    assert devices.did("commit") == [R1]
    assert len(Journal(site).changes()) == 1


def test_what_is_applied_is_what_was_read(site: Site, devices: PlayedDevices) -> None:
    """Even where the inventory has moved on: that is drift, and is said."""
    path = kept(site, "r1")
    (site.overlay / "host_vars" / "r1").mkdir(parents=True)
    (site.overlay / "host_vars" / "r1" / "late.yml").write_text("network_syslog_level: errors\n", encoding="utf-8")
    report = changed(site, path)
    assert "log syslog informational" in devices.running[R1]
    assert statuses(report) == {"r1": "ok"}
    assert by_check(report, "drift.network")["r1"].status is Status.FINDING


def test_a_device_that_was_changed_since_is_refused_and_the_others_go_on(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1,r2")
    devices.running[R1] = "hostname night\n"
    shown = show_plan(site, read_plan(path, site), HOW, progress=QUIET).build()
    assert statuses(shown) == {"r1": "error", "r2": "finding"}
    assert devices.log == []
    report = changed(site, path)
    assert statuses(report) == {"r1": "error", "r2": "ok"}
    assert "was changed since the plan was made" in by_check(report)["r1"].summary
    assert "network.plan --limit r1" in str(by_check(report)["r1"].mend)
    assert devices.running[R1] == "hostname night\n"
    assert report.exit_code == ExitCode.FAILED


def test_showing_names_the_waves(site: Site, devices: PlayedDevices) -> None:
    plan = planned(site).plan
    report = show_plan(site, plan, options("1,3,50%", 1, 120, None), progress=QUIET).build()
    assert [note for note in report.notes if note.startswith("wave")] == ["wave 1: r1", "wave 2: r2, r3, sw1", "wave 3: sw2"]
    assert report.exit_code == ExitCode.FINDINGS
    assert devices.log == []


def test_a_canary_that_fails_saves_the_others(site: Site, devices: PlayedDevices) -> None:
    path = kept(site)
    devices.down_after_commit.add(R1)
    report = changed(site, path, options("1,100%", 1, 10, None))
    assert statuses(report) == {"r1": "error", "r2": "unchecked", "r3": "unchecked", "sw1": "unchecked", "sw2": "unchecked"}
    assert "interface uplink" in by_check(report)["r1"].summary
    assert devices.did("commit") == [R1]
    assert devices.running[R1] == "hostname factory\n"
    assert Journal(site).changes()[-1].devices["r1"].state is State.TAKEN_BACK


def test_so_many_failures_as_are_allowed(site: Site, devices: PlayedDevices) -> None:
    path = kept(site)
    devices.running[R1] = devices.running[R2] = devices.running[SW1] = "hostname night\n"
    report = changed(site, path, options("2,1", 3, 120, None))
    assert statuses(report) == {"r1": "error", "r2": "error", "r3": "ok", "sw1": "error", "sw2": "unchecked"}


def test_a_device_that_is_lost_is_left_to_its_timer(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1,r2")
    devices.lose_after_commit.add(R1)
    report = changed(site, path, options(None, 1, 10, None))
    assert statuses(report) == {"r1": "unchecked", "r2": "ok"}
    assert devices.did("confirm") == [R2]
    change = Journal(site).changes()[-1]
    assert change.devices["r1"].state is State.LEFT


def test_the_plain_apply_is_the_same_way(site: Site, devices: PlayedDevices) -> None:
    """Provisioning and mending: no plan file, the same journal, one look before and one after."""
    report = apply(site, limit="r1", progress=QUIET).build()
    assert by_check(report, "drift.network")["r1"].status is Status.OK
    assert version_at(site, "r1", datetime.now(UTC)).decode() == f"{intended(site, 'r1')}end\n"
    assert Journal(site).changes()[-1].devices["r1"].state is State.CONFIRMED


def test_a_device_that_another_run_is_changing_is_left_alone(site: Site, devices: PlayedDevices) -> None:
    path = kept(site, "r1,r2")
    with locked("target-lab-r1"):
        report = changed(site, path)
    assert statuses(report) == {"r1": "error", "r2": "ok"}
    assert devices.did("commit") == [R2]


def test_a_journal_that_cannot_be_written_stops_before_the_change(
    site: Site, devices: PlayedDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    path = kept(site, "r1")
    monkeypatch.setattr(Journal, "append", full)
    report = changed(site, path)
    assert statuses(report) == {"r1": "error"}
    assert "No space left" in by_check(report)["r1"].summary
    assert devices.log == []


# ---- back again


def test_a_rollback_gives_back_what_ran_before(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1,sw1"))
    report = rolled_back(site, ticket="CHG-8")
    assert statuses(report) == {"r1": "ok", "sw1": "ok"}
    assert devices.running[R1] == devices.running[SW1] == "hostname factory\n"
    assert any("r1 differs from the inventory now" in note for note in report.notes)
    change = Journal(site).changes()[-1]
    assert (change.kind, change.ticket) == ("rollback", "CHG-8")
    assert change.undoes == Journal(site).changes()[0].id


def test_a_second_rollback_goes_one_further_back(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1"))
    changed(site, kept(site, "r2"))
    assert set(statuses(rolled_back(site))) == {"r2"}
    assert set(statuses(rolled_back(site))) == {"r1"}
    with pytest.raises(PlanError, match="no change to take back"):
        rolled_back(site)


def test_a_rollback_by_name_and_of_some_devices(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1,r2"))
    first = Journal(site).changes()[0].id
    changed(site, kept(site, "r3"))
    assert set(statuses(rolled_back(site, first, limit="r2"))) == {"r2"}
    assert devices.running[R1] == intended(site, "r1")
    with pytest.raises(PlanError, match="there is no change 'x'"):
        rolled_back(site, "x")
    with pytest.raises(PlanError, match="nothing to take back on the selected"):
        rolled_back(site, first, limit="sw1")


def test_a_rollback_does_not_undo_what_somebody_did_since(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1,r2"))
    devices.running[R1] += "ip route 10.9.0.0/16 Null0\n"
    report = rolled_back(site)
    assert statuses(report) == {"r1": "error", "r2": "ok"}
    assert "changed again since" in by_check(report)["r1"].summary
    assert "10.9.0.0" in devices.running[R1]


def test_a_run_that_was_killed_can_be_taken_back(site: Site, devices: PlayedDevices) -> None:
    """Its journal ends where the device was begun: nobody knows whether the change came about."""
    plan = planned(site, "r1,r2").plan
    writer = Journal(site).writer(plan)
    writer.begin("r1", "frr", "hostname factory\n")
    writer.begin("r2", "frr", "hostname factory\n")
    devices.running[R1] = intended(site, "r1")
    report = rolled_back(site)
    assert statuses(report) == {"r1": "ok", "r2": "ok"}
    assert by_check(report)["r2"].summary == "nothing would change"
    assert devices.did("commit") == [R1]
    assert devices.running[R1] == "hostname factory\n"


def test_nothing_to_roll_back_is_an_error(site: Site, devices: PlayedDevices) -> None:
    with pytest.raises(PlanError, match="no change to take back"):
        plan_rollback(site, progress=QUIET)


def test_a_device_is_restored_to_what_it_ran_at_a_moment(site: Site, devices: PlayedDevices) -> None:
    devices.running[R1] = "hostname first\n"
    before = datetime.now(UTC)
    changed(site, kept(site, "r1"))
    after = datetime.now(UTC)
    devices.running[R1] = "hostname night\n"
    found = plan_restore(site, "r1", after, progress=QUIET)
    assert found.builder.build().exit_code == ExitCode.FINDINGS
    report = carry(found, "network.restore", HOW, progress=QUIET).build()
    assert report.exit_code == ExitCode.CLEAN
    assert devices.running[R1] == intended(site, "r1")
    assert version_at(site, "r1", after) == f"{intended(site, 'r1')}end\n".encode()
    with pytest.raises(NoVersionError, match="no configuration of r1 as of"):
        version_at(site, "r1", before - timedelta(seconds=1))
    with pytest.raises(NoVersionError, match="none is kept at all"):
        version_at(site, "r2", after)
    with pytest.raises(UsageError, match="no network device"):
        plan_restore(site, "web1", after, progress=QUIET)
    with pytest.raises(InventoryError):
        plan_restore(site, "nobody", after, progress=QUIET)


# ---- the journal


def test_a_line_that_a_kill_tore_is_nothing_and_is_written_over(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1"))
    journal = Journal(site)
    with journal.path.open("ab") as stream:
        stream.write(b'{"event": "begun", "chan')
    assert [change.devices["r1"].state for change in journal.changes()] == [State.CONFIRMED]
    changed(site, kept(site, "r2"))
    assert [list(change.devices) for change in journal.changes()] == [["r1"], ["r2"]]


def test_a_journal_that_cannot_be_read_is_an_error_with_its_line(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1"))
    journal = Journal(site)
    lines = journal.path.read_text(encoding="utf-8").splitlines()
    lines[1] = "{}"
    journal.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(JournalError) as refused:
        journal.changes()
    assert refused.value.line == 2


def test_a_kept_configuration_that_is_damaged_is_an_error(site: Site, devices: PlayedDevices) -> None:
    changed(site, kept(site, "r1"))
    path = Journal(site).changes()[0].devices["r1"].before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"hostname" not in path.read_bytes()
    with atomic_write(path) as stream:
        stream.write("half a")
    with pytest.raises(JournalError, match="does not open"):
        plan_rollback(site, progress=QUIET)


# ---- words


@pytest.mark.parametrize(
    ("text", "waves"),
    [
        (None, [[0, 1, 2, 3, 4, 5, 6]]),
        ("1", [[0], [1], [2], [3], [4], [5], [6]]),
        ("1,3,50%", [[0], [1, 2, 3], [4, 5, 6]]),
        ("1, 100%", [[0], [1, 2, 3, 4, 5, 6]]),
        ("1%", [[0], [1], [2], [3], [4], [5], [6]]),
        ("5", [[0, 1, 2, 3, 4], [5, 6]]),
    ],
)
def test_waves(text: str | None, waves: list[list[int]]) -> None:
    assert Serial.parse(text).cut(range(7)) == waves


@pytest.mark.parametrize("text", ["0", "1,,2", "x", "-1", "101%", "50 %", "1.5"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="no size of a wave"):
        Serial.parse(text)


def test_options_that_are_none() -> None:
    for wrong in ((None, 0, 120, None), (None, 1, 5, None), (None, 1, 99999, None)):
        with pytest.raises(UsageError):
            options(*wrong)
    with pytest.raises(UsageError, match="--soak 61"):
        options(None, 1, 120, None, 61)
    assert options("2", 3, 60, "LLDP*, BGP*").expect_loss == ("LLDP*", "BGP*")


@pytest.mark.parametrize("ticket", ["CHG 123\nevil", "x" * 80, "$(id)"])
def test_tickets_that_are_none(ticket: str, site: Site, devices: PlayedDevices) -> None:
    with pytest.raises(MuhtarError, match="no ticket"):
        planned(site, "r1", ticket)
