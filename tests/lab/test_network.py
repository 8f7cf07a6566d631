"""Network devices of the running lab: drift found and mended, and every way in which a device must not be taken for clean."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from lab.context import Context
from lab.faults.drifted_line import DriftedLine
from lab.faults.unplugged_host import UnpluggedHost
from lab.inside import inside
from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.drift.network import check, mend
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory, Target
from muhtar.network import assets
from muhtar.network.apply import apply
from muhtar.network.coverage.check import check as coverage
from muhtar.network.facts import facts
from muhtar.network.state.check import check as validate
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from muhtar.topology import Kind
from nornir_tasks.compare_config import compare_config
from nornir_tasks.connections.napalm import Plugin, options
from nornir_tasks.get_facts import get_facts
from nornir_tasks.replace_config import replace_config
from tests.support.routers import intended, lab_context

pytestmark = pytest.mark.lab

QUIET = NoProgress()


@pytest.fixture(scope="module")
def site() -> Site:
    found = Site.open("lab")
    # Whatever ran before: from here on the devices are as intended.
    assert apply(found, progress=QUIET).build().exit_code == ExitCode.CLEAN
    return found


@pytest.fixture(scope="module")
def context() -> Context:
    return lab_context()


@pytest.fixture
def inventory(site: Site) -> Inventory:
    return Inventory.load(site)


@pytest.fixture
def clean_again(site: Site) -> Iterator[None]:
    yield
    assert apply(site, progress=QUIET).build().exit_code == ExitCode.CLEAN


def outcomes(site: Site, limit: str | None = None) -> dict[str, Outcome]:
    return {outcome.target: outcome for outcome in check(site, limit=limit, progress=QUIET).build().outcomes}


def one(inventory: Inventory, name: str, task: Any = compare_config, **changes: Any) -> HostResult:
    """Run a task on one device whose variables are changed first."""
    target = inventory.target(name)
    changed = Target(target.name, target.groups, {**target.vars, **changes})
    return run_fleet(inventory, [changed], task, name="test")[name]


def test_the_town_is_as_intended(site: Site) -> None:
    report = check(site, progress=QUIET).build()
    assert report.targets == ["r1", "r2", "r3", "sw1", "sw2", "sw3"]
    assert report.exit_code == ExitCode.CLEAN


def test_applying_again_changes_nothing(site: Site) -> None:
    report = apply(site, progress=QUIET).build()
    assert {outcome.summary for outcome in report.outcomes} == {"configured as intended already"}


@pytest.mark.usefixtures("clean_again")
def test_a_line_typed_into_a_router_is_found_and_mended(site: Site, context: Context) -> None:
    DriftedLine().inject(context)
    found = outcomes(site)
    assert [name for name, outcome in found.items() if outcome.status is not Status.OK] == ["r2"]
    finding = found["r2"]
    assert finding.status is Status.FINDING
    assert finding.diff is not None
    assert "- ip ospf cost 777" in finding.diff.splitlines()
    assert finding.intent is not None
    assert finding.intent.file == "inventories/lab/host_vars/r2/network.yml"
    report = mend(site, limit="r2", progress=QUIET).build()
    assert report.exit_code == ExitCode.CLEAN
    assert report.outcomes[0].summary.startswith("configured: 1 line")
    assert outcomes(site, "r2")["r2"].status is Status.OK


@pytest.mark.usefixtures("clean_again")
def test_a_line_typed_into_a_switch_is_found_and_mended(site: Site, inventory: Inventory) -> None:
    way = options(inventory.target("sw1"), site)
    plugin = Plugin()
    plugin.open(way.hostname, way.username, way.password, way.port, way.platform, way.extras)
    plugin.connection.load_merge_candidate(config="interface Ethernet2\n   description somebody else\n")
    plugin.connection.commit_config()
    plugin.close()
    found = outcomes(site)
    assert [name for name, outcome in found.items() if outcome.status is not Status.OK] == ["sw1"]
    assert found["sw1"].diff is not None
    assert "-   description somebody else" in found["sw1"].diff
    assert mend(site, limit="sw1", progress=QUIET).build().exit_code == ExitCode.CLEAN
    assert outcomes(site, "sw1")["sw1"].status is Status.OK


@pytest.fixture
def default_route(context: Context) -> Iterator[None]:
    """Linux forgets the default route of an interface that was shut; FRR does not know it."""
    yield
    gateway = context.identity.address(1)
    inside(context, context.topology.hosts["r3"], "ip", "route", "replace", "default", "via", gateway)


@pytest.mark.usefixtures("clean_again", "default_route")
def test_a_change_that_cuts_the_device_off_is_taken_back_by_the_device(inventory: Inventory) -> None:
    """eth0 is the way by which we come: FRR shuts it, and its own timer opens it again."""
    deadly = intended("r3") + "interface eth0\n shutdown\nexit\n"
    started = time.monotonic()
    result = run_fleet(
        inventory, [inventory.target("r3")], replace_config, name="test", config=deadly, revert_in=45, timeout=300
    )["r3"]
    assert result.unreachable
    assert "takes the change back by itself" in result.why
    time.sleep(max(0.0, 48 - (time.monotonic() - started)))
    deadline = time.monotonic() + 60
    while (found := one(inventory, "r3")).error is not None:
        assert time.monotonic() < deadline, found.why
        time.sleep(2)
    assert found.result == ""


def test_an_unplugged_router_is_unchecked_and_the_others_are_not(site: Site, context: Context) -> None:
    fault = UnpluggedHost()
    fault.inject(context, "r3")
    try:
        report = check(site, limit="routers", progress=QUIET).build()
    finally:
        fault.mend(context, "r3")
    assert {outcome.target: str(outcome.status) for outcome in report.outcomes} == {"r1": "ok", "r2": "ok", "r3": "unchecked"}
    assert report.exit_code == ExitCode.INCOMPLETE


def test_a_wrong_password_is_unchecked(inventory: Inventory) -> None:
    result = one(inventory, "sw1", network_password="yanlis-parola")
    assert result.status is Status.UNCHECKED
    assert "yanlis-parola" not in result.why


def test_a_wrong_key_is_unchecked(inventory: Inventory, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    key.chmod(0o600)
    result = one(inventory, "r1", ansible_ssh_private_key_file=str(key))
    assert result.status is Status.UNCHECKED
    assert "refused" in result.why


def test_a_changed_host_key_is_unchecked(inventory: Inventory, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known = tmp_path / "known_hosts"
    known.write_text(f"{inventory.target('r1').address} {other}")
    result = one(inventory, "r1", network_optional_args={"known_hosts": str(known)})
    assert result.status is Status.UNCHECKED
    assert "not the pinned one" in result.why


def test_a_certificate_of_another_authority_is_unchecked(inventory: Inventory) -> None:
    import ssl

    result = one(inventory, "sw1", network_optional_args={"context": ssl.create_default_context()})
    assert result.status is Status.UNCHECKED
    assert "certificate verify failed" in result.why


def test_an_undefined_variable_is_an_error_of_that_device_alone(inventory: Inventory) -> None:
    target = inventory.target("r1")
    broken = Target("r1", target.groups, {key: target.vars[key] for key in target.vars if key != "network_asn"})
    found = run_fleet(inventory, [broken, inventory.target("r2")], compare_config, name="test")
    assert found["r1"].status is Status.ERROR
    assert "network_asn" in found["r1"].why
    assert found["r2"].status is Status.OK


def test_facts(inventory: Inventory) -> None:
    found = run_fleet(inventory, inventory.select(group="network"), get_facts, name="facts")
    assert {name: result.result["vendor"] for name, result in found.items()} == {
        "r1": "FRRouting", "r2": "FRRouting", "r3": "FRRouting", "sw1": "Arista", "sw2": "Arista", "sw3": "Cisco",
    }  # fmt: skip


def test_the_state_of_the_town_is_as_stated(site: Site) -> None:
    report = validate(site, progress=QUIET).build()
    assert report.exit_code == ExitCode.CLEAN
    assert {outcome.subject for outcome in report.outcomes} == {""}


def test_a_router_that_cannot_be_reached_is_wanted_by_its_neighbours(site: Site, context: Context) -> None:
    fault = UnpluggedHost()
    fault.inject(context, "r3")
    try:
        report = validate(site, limit="routers", progress=QUIET).build()
    finally:
        fault.mend(context, "r3")
    assert report.exit_code == ExitCode.INCOMPLETE
    assert {str(outcome.status) for outcome in report.outcomes if outcome.target == "r3"} == {"unchecked"}


def test_facts_are_kept(site: Site) -> None:
    assert facts(site, limit="r1,sw1", progress=QUIET).exit_code == ExitCode.CLEAN
    known = assets.read(site)
    assert known["r1"].vendor == "FRRouting"
    assert known["sw1"].serial.startswith("SIM")


def test_the_routers_and_switches_tell_of_their_cables(site: Site) -> None:
    topology = coverage(site, progress=QUIET).build().topology
    assert topology is not None
    both = {(link.a, link.b) for link in topology.links if link.both}
    assert {("r1", "r2"), ("r1", "r3"), ("r2", "r3"), ("sw1", "sw2")} <= both
    assert not [node.name for node in topology.nodes if node.kind is Kind.UNKNOWN]
