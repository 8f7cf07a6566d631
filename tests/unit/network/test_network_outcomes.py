"""From a device's answer to an outcome: never falsely clean, without secrets, with the place that states the intent."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import DoorError
from muhtar.inventory import Inventory
from muhtar.network.outcomes import changed_lines, compared
from muhtar.outcome import Status
from tests.support.town import lab_site

CHECK = "drift.network"


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    return Inventory.load(lab_site(tmp_path, monkeypatch))


def test_no_difference_is_ok(inventory: Inventory) -> None:
    found = compared(inventory.target("r1"), HostResult(result=""), CHECK, inventory)
    assert (found.status, found.diff) == (Status.OK, None)
    assert str(found.intent) == "nornir_tasks/templates/frr/main.j2"


@pytest.mark.parametrize(
    ("name", "diff", "intent"),
    [
        ("r1", " interface to-r2\n- description x\n+ description link to r2", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", " router bgp 65001\n+ neighbor 10.0.12.2 description r2", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", "-ip route 172.16.9.0/24 Null0", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", "-log syslog errors\n+log syslog informational", "inventories/lab/group_vars/network/network.yml"),
        ("r1", "-banner motd x", "nornir_tasks/templates/frr/main.j2"),
        ("sw1", "@@ -1 +1 @@\n vlan 10\n-   name x\n+   name offices", "inventories/lab/group_vars/switches/network.yml"),
        ("sw1", "--- a\n+++ b\n interface Ethernet2\n-   shutdown", "inventories/lab/host_vars/sw1/network.yml"),
    ],
)
def test_a_difference_is_a_finding_that_names_its_intent(name: str, diff: str, intent: str, inventory: Inventory) -> None:
    found = compared(inventory.target(name), HostResult(result=diff), CHECK, inventory)
    assert found.status is Status.FINDING
    assert found.diff == diff
    assert found.intent is not None
    assert found.intent.file == intent
    assert (found.intent.line is None) == intent.endswith(".j2")
    assert found.mend == f"./inv network.apply --limit {name} --apply"


def test_a_secret_that_somebody_typed_is_not_shown(inventory: Inventory) -> None:
    diff = " router bgp 65001\n- neighbor 10.0.12.2 password Elle-Yazilmis"
    found = compared(inventory.target("r1"), HostResult(result=diff), CHECK, inventory)
    assert "Elle-Yazilmis" not in found.model_dump_json()


def test_unreachable_is_unchecked_and_failure_is_an_error(inventory: Inventory) -> None:
    lost = compared(inventory.target("r1"), HostResult(error=DoorError("gone"), unreachable=True), CHECK, inventory)
    assert (lost.status, lost.summary) == (Status.UNCHECKED, "cannot be reached: gone")
    broken = compared(inventory.target("r1"), HostResult(error=DoorError("bad template")), CHECK, inventory)
    assert (broken.status, broken.summary) == (Status.ERROR, "bad template")


@pytest.mark.parametrize(
    ("diff", "count"), [("", 0), ("+a\n-b\n c", 2), ("--- a\n+++ b\n@@ x @@\n+c\n+!\n-", 1), ("+hostname r1", 1)]
)
def test_lines_are_counted_that_say_something(diff: str, count: int) -> None:
    assert changed_lines(diff) == count
