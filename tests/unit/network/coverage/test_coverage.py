"""`network.coverage` with the fleet and the history played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import DoorError, InventoryError, RegisterError
from muhtar.exitcode import ExitCode
from muhtar.history import History
from muhtar.inventory import Inventory
from muhtar.network.coverage import check as module
from muhtar.network.coverage.check import check
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from muhtar.topology import Kind
from nornir_tasks.read_state import Answer, Question
from tests.support.reports import report_of
from tests.support.town import lab_site

LLDP = Question("get_lldp_neighbors")
NOW = datetime(2027, 1, 10, tzinfo=UTC)
DEVICES = ("r1", "r2", "r3", "sw1", "sw2", "sw3")
CABLES: dict[str, Any] = {
    "r1": {"to-r2": [{"hostname": "r2.lab.example", "port": "to-r1"}]},
    "r2": {"to-r1": [{"hostname": "R1", "port": "to-r2"}]},
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


def backed_up(hours: float = 1, *hosts: str) -> None:
    """Have the history say that hosts (all devices) were backed up so long ago."""
    when = NOW - timedelta(hours=hours)
    outcomes = [
        Outcome(target=host, check="backup.snapshot", subject="config", status=Status.OK, summary="x", started=when)
        for host in hosts or DEVICES
    ]
    identifier = f"{int(hours * 1000) + len(outcomes):032x}"
    History.open().record(report_of(*outcomes, site="lab", id=identifier, started=when, finished=when))


def looked(site: Site, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any] | None = None, limit: str | None = None) -> Report:
    def run(_: Inventory, targets: Any, *__: Any, **___: Any) -> dict[str, HostResult]:
        answers = {target.name: (told or {}).get(target.name, {}) for target in targets}
        return {
            name: answer if isinstance(answer, HostResult) else HostResult(result={LLDP: Answer(answer)})
            for name, answer in answers.items()
        }

    monkeypatch.setattr(module, "run_fleet", run)
    return check(site, limit=limit, progress=NoProgress(), now=NOW).build()


def problems(report: Report) -> dict[tuple[str, str], str]:
    return {
        (outcome.target, outcome.subject): str(outcome.status) for outcome in report.outcomes if outcome.status is not Status.OK
    }


def test_known_and_backed_up_is_ok_and_makes_a_picture(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up()
    report = looked(site, monkeypatch, CABLES)
    assert report.exit_code == ExitCode.CLEAN
    assert "1 neighbour over LLDP" in report.outcomes[0].summary
    assert report.topology is not None
    assert [(link.ends, link.both) for link in report.topology.links] == [(("r1", "to-r2", "r2", "to-r1"), True)]
    assert {node.name: node.label for node in report.topology.nodes}["sw1"] == "eos"


def test_never_and_too_long_ago(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(problems(looked(site, monkeypatch))) == {(name, "backup") for name in DEVICES}
    backed_up(27)
    backed_up(25, "r1")
    found = looked(site, monkeypatch)
    assert set(problems(found)) == {(name, "backup") for name in DEVICES if name != "r1"}
    assert "last backed up 27 h ago" in {outcome.summary for outcome in found.outcomes}


def test_a_device_that_left_the_inventory_is_found_by_its_backups(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up(1, *DEVICES, "eski-anahtar")
    assert problems(looked(site, monkeypatch)) == {("eski-anahtar", "inventory"): "finding"}
    part = looked(site, monkeypatch, limit="r1")
    assert problems(part) == {}
    assert any("only without --limit" in note for note in part.notes)


def test_a_server_that_left_is_not_the_networks_business(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up()
    outcome = Outcome(target="old1", check="backup.snapshot", subject="files", status=Status.OK, summary="x", started=NOW)
    History.open().record(report_of(outcome, site="lab", id="f" * 32, started=NOW, finished=NOW))
    assert problems(looked(site, monkeypatch)) == {}


def test_a_stranger_is_a_finding_unless_it_may_be_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up()
    told = {"sw1": {"Ethernet2": [{"hostname": "SEP0011", "port": "1"}, {"hostname": "kacak.example", "port": "2"}]}}
    report = looked(site, monkeypatch, told)
    assert problems(report) == {("sw1", "neighbour SEP0011"): "finding", ("sw1", "neighbour kacak"): "finding"}
    own = site.overlay / "host_vars" / "sw1.yml"
    own.parent.mkdir()
    own.write_text('network_lldp_ignore: ["SEP*"]\n')
    report = looked(site, monkeypatch, told)
    assert problems(report) == {("sw1", "neighbour kacak"): "finding"}
    assert report.topology is not None
    assert [node.name for node in report.topology.nodes if node.kind is Kind.UNKNOWN] == ["kacak"]
    own.write_text("network_lldp_ignore: SEP*\n")
    assert problems(looked(site, monkeypatch, told)) == {("sw1", "lldp"): "error"}


def test_who_cannot_be_asked_is_unchecked_and_judged_by_its_backups_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(1, "r1", "r3", "sw1", "sw2", "sw3")
    told = {
        "r1": HostResult(result={LLDP: Answer(failed="the driver does not offer get_lldp_neighbors")}),
        "r2": HostResult(error=DoorError("gone"), unreachable=True),
    }
    report = looked(site, monkeypatch, told)
    assert report.exit_code == ExitCode.INCOMPLETE
    assert problems(report) == {("r1", "lldp"): "unchecked", ("r2", "backup"): "finding", ("r2", "lldp"): "unchecked"}
    assert report.topology is not None
    assert {node.name for node in report.topology.nodes if node.kind is Kind.SILENT} == {"r1", "r2"}


def test_nothing_selected_and_no_policy_are_errors(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InventoryError):
        looked(site, monkeypatch, limit="web1")
    own = site.overlay / "registers" / "backup.yml"
    own.parent.mkdir()
    own.write_text("")
    with pytest.raises(RegisterError):
        looked(site, monkeypatch)
