"""Plans on the running lab: real routers and simulated switches in one plan, sessions that must stay up, and the way back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lab.context import Context
from lab.faults.drifted_line import DriftedLine
from muhtar.drift.network import check
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory
from muhtar.network.apply import apply
from muhtar.network.change import apply_plan, carry, options
from muhtar.network.journal import Journal, State
from muhtar.network.plan import Kind, Plan, PlannedDevice
from muhtar.network.planfile import default_path, read_plan, write_plan
from muhtar.network.planning import plan_intended, plan_restore, plan_rollback
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from nornir_tasks.connections.napalm import Plugin
from nornir_tasks.connections.napalm import options as way_to
from tests.support.lab import Lab
from tests.support.routers import intended, lab_context, session

pytestmark = pytest.mark.lab

QUIET = NoProgress()
HOW = options("1,100%", 1, 60, None)


@pytest.fixture
def site(lab: Lab) -> Iterator[Site]:
    """Devices as intended, before and after."""
    assert apply(lab.site, progress=QUIET).build().exit_code == ExitCode.CLEAN
    sessions_are_up("r1")
    yield lab.site
    assert apply(lab.site, progress=QUIET).build().exit_code == ExitCode.CLEAN


@pytest.fixture
def context() -> Context:
    return lab_context()


def sessions_are_up(name: str) -> None:
    deadline = time.monotonic() + 60
    with session(name) as driver:
        while not all(peer["is_up"] for peer in driver.get_bgp_neighbors()["global"]["peers"].values()):
            assert time.monotonic() < deadline, "BGP does not come up"
            time.sleep(1)


def type_into_switch(site: Site, name: str, lines: str) -> None:
    way = way_to(Inventory.load(site).target(name), site)
    plugin = Plugin()
    plugin.open(way.hostname, way.username, way.password, way.port, way.platform, way.extras)
    plugin.connection.load_merge_candidate(config=lines)
    plugin.connection.commit_config()
    plugin.close()


def outcomes(report: Report, name: str = "network.change") -> dict[str, Outcome]:
    return {outcome.target: outcome for outcome in report.outcomes if outcome.check == name}


def drifted(site: Site) -> set[str]:
    return {outcome.target for outcome in check(site, progress=QUIET).build().outcomes if outcome.status is Status.FINDING}


def by_hand(name: str, config: str) -> Plan:
    """A plan to give a router something that nobody intends."""
    return Plan.new("lab", Kind.RESTORE, "a mistake", [PlannedDevice(name=name, platform="frr")], {name: config})


def test_routers_and_switches_in_one_plan_there_and_back(site: Site, context: Context) -> None:
    DriftedLine().inject(context)
    type_into_switch(site, "sw1", "interface Ethernet2\n   description somebody else\n")
    plan = plan_intended(site, ticket="CHG-42", progress=QUIET).plan
    assert plan.names == ["r2", "sw1"]
    path = write_plan(plan, site, default_path(plan))
    assert "$6$" not in path.read_text(encoding="utf-8")
    done = apply_plan(site, read_plan(path, site), HOW, progress=QUIET).build()
    assert done.exit_code == ExitCode.CLEAN
    assert set(outcomes(done)) == set(outcomes(done, "drift.network")) == {"r2", "sw1"}
    assert drifted(site) == set()
    back = carry(plan_rollback(site, progress=QUIET), "network.rollback", HOW, progress=QUIET).build()
    assert back.exit_code == ExitCode.CLEAN
    assert drifted(site) == {"r2", "sw1"}
    last, first = Journal(site).changes()[-1], Journal(site).changes()[-2]
    assert (first.ticket, last.kind, last.undoes) == ("CHG-42", "rollback", first.id)


def test_a_router_that_was_changed_since_is_left_alone(site: Site, context: Context) -> None:
    DriftedLine().inject(context)
    plan = plan_intended(site, limit="r2", progress=QUIET).plan
    with session("r2") as driver:
        driver.load_merge_candidate(config="ip route 172.31.9.0/24 Null0\n")
        driver.commit_config()
    done = apply_plan(site, plan, HOW, progress=QUIET).build()
    assert outcomes(done)["r2"].status is Status.ERROR
    assert "was changed since the plan was made" in outcomes(done)["r2"].summary
    with session("r2") as driver:
        assert "172.31.9.0" in driver.get_config("running")["running"]


@pytest.mark.parametrize(
    ("line", "wrong", "lost"),
    [
        ("neighbor 10.0.12.2 remote-as 65002", "neighbor 10.0.12.2 remote-as 65099", "BGP neighbour 10.0.12.2"),
        (
            " ip ospf network point-to-point",
            " ip ospf network point-to-point\n ip ospf passive",
            "OSPF neighbour 192.168.255.2 on to-r2",
        ),
    ],
)  # fmt: skip
def test_a_change_that_takes_a_session_down_is_taken_back(line: str, wrong: str, lost: str, site: Site) -> None:
    config = intended("r1").replace(line, wrong)
    assert config != intended("r1")
    done = apply_plan(site, by_hand("r1", config), options(None, 1, 40, None, soak=12), progress=QUIET).build()
    assert outcomes(done)["r1"].status is Status.ERROR
    assert lost in outcomes(done)["r1"].summary
    assert Journal(site).changes()[-1].devices["r1"].state is State.TAKEN_BACK
    assert drifted(site) == set()
    sessions_are_up("r1")


def test_what_is_meant_to_go_may_go_and_comes_back_with_a_restore(site: Site) -> None:
    type_into_router = intended("r1").replace("description link to r2", "description a change to keep a version of")
    apply_plan(site, by_hand("r1", type_into_router), HOW, progress=QUIET)
    between = datetime.now(UTC)
    config = intended("r1").replace("neighbor 10.0.12.2 remote-as 65002", "neighbor 10.0.12.2 remote-as 65099")
    how = options(None, 1, 30, "BGP neighbour 10.0.12.2")
    done = apply_plan(site, by_hand("r1", config), how, progress=QUIET).build()
    assert outcomes(done)["r1"].status is Status.OK
    found = plan_restore(site, "r1", between, ticket="CHG-43", progress=QUIET)
    report = carry(found, "network.restore", HOW, progress=QUIET).build()
    assert report.exit_code == ExitCode.CLEAN
    with session("r1") as driver:
        running = driver.get_config("running")["running"]
    assert "description a change to keep a version of" in running
    assert "65099" not in running
    sessions_are_up("r1")
