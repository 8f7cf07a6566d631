"""From a device's answer to outcomes: never falsely clean, without secrets, with the place that states the intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.drift.examined import Examined
from muhtar.errors import DoorError
from muhtar.inventory import Inventory
from muhtar.network.outcomes import changed_lines
from muhtar.network.policy import Policy
from muhtar.outcome import Outcome, Status
from nornir_tasks.examine_drift import Drift
from tests.support.town import lab_site

CHECK = "drift.network"
INTENDED = "vlan 10\n   name offices\nusername muhtar secret sha512 x\n"


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    return Inventory.load(lab_site(tmp_path, monkeypatch))


def examined(inventory: Inventory, name: str, drift: Drift, policy: Any = None) -> Examined:
    return Examined(inventory.target(name), HostResult(result=drift), Policy.model_validate(policy or {}), CHECK, inventory)


def one(inventory: Inventory, name: str, drift: Drift, policy: Any = None) -> Outcome:
    (found,) = examined(inventory, name, drift, policy).outcomes
    return found


def test_no_difference_is_ok(inventory: Inventory) -> None:
    found = one(inventory, "r1", Drift(""))
    assert (found.status, found.diff) == (Status.OK, None)
    assert str(found.intent) == "nornir_tasks/templates/frr/main.j2"


@pytest.mark.parametrize(
    ("name", "diff", "section", "intent"),
    [
        ("r1", "- description x\n+ description link to r2", "interfaces", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", "+ neighbor 10.0.12.2 description r2", "bgp", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", "-ip route 172.16.9.0/24 Null0", "routes", "inventories/lab/host_vars/r1/network.yml"),
        ("r1", "-log syslog errors\n+log syslog informational", "syslog", "inventories/lab/group_vars/network/network.yml"),
        ("r1", "-agentx", "other", "nornir_tasks/templates/frr/main.j2"),
        (
            "sw1",
            "@@ @@\n vlan 10\n-   name x\n+   name offices",
            "vlans",
            "inventories/lab/group_vars/switches/network.yml",
        ),
        ("sw1", "--- a\n+++ b\n-   shutdown", "interfaces", "inventories/lab/host_vars/sw1/network.yml"),
    ],
)
def test_a_difference_is_a_finding_of_its_section_that_names_its_intent(
    name: str, diff: str, section: str, intent: str, inventory: Inventory
) -> None:
    header = {"interfaces": "interface Ethernet2\n", "bgp": "router bgp 65001\n", "vlans": "vlan 10\n"}.get(section, "")
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    running, intended = (header + "".join(f"{line[1:]}\n" for line in lines if line[0] == sign) for sign in "-+")
    found = one(inventory, name, Drift(diff, running, intended))
    assert (found.status, found.subject) == (Status.FINDING, section)
    assert found.diff is not None
    assert [line for line in found.diff.splitlines() if line[0] in "+-"] == lines
    assert found.commands
    assert found.intent is not None
    assert found.intent.file == intent
    assert (found.intent.line is None) == intent.endswith(".j2")
    assert found.mend == f"./inv network.apply --limit {name} --apply"


def test_a_secret_that_somebody_typed_is_not_shown(inventory: Inventory) -> None:
    line = " neighbor 10.0.12.2 password Elle-Yazilmis"
    found = one(inventory, "r1", Drift(f"-{line}", f"router bgp 65001\n{line}\n", "router bgp 65001\n"))
    assert found.subject == "bgp"
    assert "Elle-Yazilmis" not in found.model_dump_json()


def test_unreachable_is_unchecked_and_failure_is_an_error(inventory: Inventory) -> None:
    def failed(**result: Any) -> Outcome:
        return Examined(inventory.target("r1"), HostResult(**result), Policy(), CHECK, inventory).outcomes[0]

    lost = failed(error=DoorError("gone"), unreachable=True)
    assert (lost.status, lost.summary) == (Status.UNCHECKED, "cannot be reached: gone")
    broken = failed(error=DoorError("bad template"))
    assert (broken.status, broken.summary) == (Status.ERROR, "bad template")


def test_a_difference_that_says_nothing_to_us_is_a_finding_all_the_same(inventory: Inventory) -> None:
    found = one(inventory, "r1", Drift("-!", INTENDED, INTENDED))
    assert (found.status, found.subject, found.diff) == (Status.FINDING, "", "-!")


def test_each_section_is_a_finding_of_its_own(inventory: Inventory) -> None:
    running = INTENDED.replace("offices", "x") + "ntp server a\n"
    found = examined(inventory, "sw1", Drift("-   name x\n+   name offices\n-ntp server a\n", running, INTENDED)).outcomes
    assert {outcome.subject: outcome.diff for outcome in found} == {
        "vlans": " vlan 10\n-   name x\n+   name offices",
        "ntp": "-ntp server a",
    }


EXTRA = Drift("-username biri secret sha512 y\n", INTENDED + "username biri secret sha512 y\n", INTENDED)


def test_extra_lines_fail_warn_or_are_ignored_as_the_policy_says(inventory: Inventory) -> None:
    assert one(inventory, "sw1", EXTRA).status is Status.FINDING
    warned = examined(inventory, "sw1", EXTRA, {"sections": {"users": {"extra": "warn"}}})
    assert [outcome.status for outcome in warned.outcomes] == [Status.OK]
    assert "users (1 extra)" in warned.outcomes[0].summary
    assert "-username biri secret sha512 <removed>" in warned.notes[0]
    ignored = examined(inventory, "sw1", EXTRA, {"extra": "ignore"})
    assert (ignored.outcomes[0].status, ignored.notes) == (Status.OK, [])


def test_the_policy_never_lets_a_missing_line_pass(inventory: Inventory) -> None:
    running = "vlan 10\nusername muhtar secret sha512 x\nntp server a\n"
    drift = Drift("+   name offices\n-ntp server a\n", running, INTENDED)
    found = examined(inventory, "sw1", drift, {"extra": "ignore", "ordered": False}).outcomes
    assert [(outcome.subject, outcome.diff) for outcome in found] == [("vlans", " vlan 10\n+   name offices")]


def test_order_counts_where_the_policy_says_so(inventory: Inventory) -> None:
    drift = Drift("-ntp server a\n+ntp server a\n", "ntp server a\nntp server b\n", "ntp server b\nntp server a\n")
    assert one(inventory, "sw1", drift).summary.startswith("ntp: 1 misordered")
    assert one(inventory, "sw1", drift, {"ordered": False}).status is Status.OK


@pytest.mark.parametrize(
    ("diff", "count"),
    [("", 0), ("+a\n-b\n c", 2), ("--- a\n+++ b\n@@ x @@\n+c\n+!\n-", 1), ("+hostname r1", 1), ("interface a\n +b", 1)],
)
def test_lines_are_counted_that_say_something(diff: str, count: int) -> None:
    assert changed_lines(diff) == count
