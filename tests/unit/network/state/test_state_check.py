"""`network.validate` as a workflow, with the fleet played: rule files, and every way not to be sure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import DoorError, InventoryError, RegisterError
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory, Target
from muhtar.network.state import check as module
from muhtar.network.state.check import check
from muhtar.network.state.rules import statements
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from nornir_tasks.read_state import Answer, read_state
from tests.support.town import lab_site


@pytest.fixture
def town(tmp_path: Path) -> Site:
    """A site with rule files and nothing else."""
    folder = tmp_path / "inventories" / "town" / "validate"
    folder.mkdir(parents=True)
    (folder / "routers.yml").write_text("version: {any_of: ['8.*']}\ninterfaces:\n  - {name: lo}\n")
    (folder / "r1.yml").write_text("# r1\nversion: {any_of: ['9.*']}\nroutes:\n  - {prefix: 10.0.0.0/8}\n")
    return Site("town", root=tmp_path)


def stated(site: Site, name: str, *groups: str) -> list[tuple[str, int | None]]:
    return [(str(one.entry), one.intent.line) for one in statements(Target(name, groups, {}), site)]


def test_a_device_is_stated_by_its_groups_and_by_itself(town: Site) -> None:
    assert stated(town, "r2", "network", "routers") == [("any_of=('8.*',)", 1), ("name='lo' up=True", 3)]
    assert stated(town, "r1", "network", "routers") == [
        ("any_of=('9.*',)", 2),
        ("name='lo' up=True", 3),
        ("prefix='10.0.0.0/8' via=None protocol=None", 4),
    ]


def test_a_missing_or_empty_or_wrong_rule_file_is_an_error(town: Site) -> None:
    with pytest.raises(InventoryError, match="no rule file for sw1") as caught:
        statements(Target("sw1", ("switches",), {}), town)
    assert (caught.value.path or "").endswith("validate/sw1.yml")
    (town.path / "validate" / "sw1.yml").write_text("interfaces: []\n")
    with pytest.raises(InventoryError, match="states nothing"):
        statements(Target("sw1", (), {}), town)
    (town.path / "validate" / "sw1.yml").write_text("lldp:\n  - {port: x, neighbour: y}\n")
    with pytest.raises(RegisterError) as wrong:
        statements(Target("sw1", (), {}), town)
    assert wrong.value.problems[0].line == 2


def fleet(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str, Any], Any]) -> None:
    def run(_: Inventory, targets: Any, task: Any, *, per_target: Any, **__: Any) -> dict[str, HostResult]:
        assert task is read_state
        found = {}
        for target in targets:
            told = answer(target.name, per_target(target)["questions"])
            found[target.name] = told if isinstance(told, HostResult) else HostResult(result=told)
        return found

    monkeypatch.setattr(module, "run_fleet", run)


def test_findings_unreachable_devices_and_drivers_that_cannot_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = lab_site(tmp_path, monkeypatch)

    def answer(name: str, questions: Any) -> Any:
        if name == "r2":
            return HostResult(error=DoorError("gone"), unreachable=True)
        return {
            question: Answer({"os_version": "8.4"})
            if question.getter == "get_facts"
            else Answer(failed=f"the driver does not offer {question.getter}")
            for question in questions
        }

    fleet(monkeypatch, answer)
    report = check(site, limit="r1,r2", progress=NoProgress()).build()
    assert report.exit_code == ExitCode.INCOMPLETE
    found = {(outcome.target, outcome.subject): outcome for outcome in report.outcomes}
    assert ("r1", "version") not in found
    assert found["r1", "bgp 10.0.12.2"].status is Status.UNCHECKED
    assert found["r2", ""].status is Status.UNCHECKED
    assert str(found["r1", "bgp 10.0.12.2"].intent).startswith("inventories/lab/validate/r1.yml:")


def test_every_device_of_the_lab_is_stated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = lab_site(tmp_path, monkeypatch)
    for target in Inventory.load(site).select(group="network"):
        assert len(statements(target, site)) >= 2


def test_a_device_without_a_rule_file_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = lab_site(tmp_path, monkeypatch)
    (site.overlay / "hosts.yml").write_text(
        "all:\n  hosts:\n    r1: {ansible_host: 192.0.2.11}\n    x9: {ansible_host: 192.0.2.99}\n"
        "  children:\n    network:\n      hosts:\n        x9:\n"
    )
    fleet(monkeypatch, lambda _, questions: HostResult(error=DoorError("gone"), unreachable=True))
    report = check(site, limit="r1,x9", progress=NoProgress()).build()
    assert report.exit_code == ExitCode.FAILED
    error = next(outcome for outcome in report.outcomes if outcome.target == "x9")
    assert error.summary.startswith("inventories/lab/validate/x9.yml: there is no rule file for x9")
