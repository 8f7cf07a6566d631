"""sw3, the town's simulated IOS switch, among devices of other makes: found, mended, misbehaving, taking changes back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab.context import Context
from lab.files import CONTROL
from lab.inside import inside
from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.drift.network import check
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory, Target
from muhtar.network.apply import apply
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from nornir_tasks.compare_config import compare_config
from nornir_tasks.connections.napalm import Plugin, options
from nornir_tasks.render_config import intended_config
from nornir_tasks.replace_config import replace_config
from tests.support.routers import lab_context

pytestmark = pytest.mark.lab

NAME = "sw3"
QUIET = NoProgress()


@pytest.fixture(scope="module")
def site() -> Site:
    found = Site.open("lab")
    # Whatever ran before: from here on the switches are as intended.
    assert apply(found, limit="switches", progress=QUIET).build().exit_code == ExitCode.CLEAN
    return found


@pytest.fixture(scope="module")
def context() -> Context:
    return lab_context()


@pytest.fixture
def inventory(site: Site) -> Inventory:
    return Inventory.load(site)


@pytest.fixture
def misbehave(context: Context) -> Iterator[Callable[..., None]]:
    """Tell sw3 how to misbehave; it behaves again afterwards."""
    host = context.topology.host(NAME)

    def tell(**faults: Any) -> None:
        inside(context, host, "sh", "-c", f"cat > {CONTROL}", stdin=json.dumps(faults))
        # Another host key is shown a moment later; everything else at once.
        time.sleep(1)

    yield tell
    inside(context, host, "rm", "-f", CONTROL)
    time.sleep(1)


def one(inventory: Inventory, task: Any = compare_config, changes: dict[str, Any] | None = None, **params: Any) -> HostResult:
    target = inventory.target(NAME)
    changed = Target(target.name, target.groups, {**target.vars, **(changes or {})})
    return run_fleet(inventory, [changed], task, name="test", **params)[NAME]


def test_a_typed_line_is_found_and_mended(site: Site, inventory: Inventory) -> None:
    way = options(inventory.target(NAME), site)
    plugin = Plugin()
    plugin.open(way.hostname, way.username, way.password, way.port, way.platform, way.extras)
    plugin.connection.device.send_config_set(["interface GigabitEthernet0/2", "description somebody else"])
    plugin.close()
    report = check(site, limit="switches", progress=QUIET).build()
    assert {outcome.target: str(outcome.status) for outcome in report.outcomes} == {"sw1": "ok", "sw2": "ok", NAME: "finding"}
    (found,) = (outcome for outcome in report.outcomes if outcome.target == NAME)
    assert found.diff is not None
    assert "- description somebody else" in found.diff
    assert apply(site, limit=NAME, progress=QUIET).build().exit_code == ExitCode.CLEAN
    assert check(site, limit=NAME, progress=QUIET).build().exit_code == ExitCode.CLEAN


@pytest.mark.parametrize(
    ("fault", "why"),
    [({"wrong_password": True}, "uthentication"), ({"other_identity": True}, "ost key"), ({"hang_login": True}, "")],
    ids=["another password", "another host key", "hangs at login"],
)
def test_a_switch_that_lets_nobody_in_is_unchecked_and_the_others_are_not(
    site: Site, inventory: Inventory, misbehave: Callable[..., None], fault: dict[str, Any], why: str
) -> None:
    misbehave(**fault)
    result = one(inventory, changes={"network_timeout": 3})
    assert result.status is Status.UNCHECKED
    assert why in result.why
    others = check(site, limit="sw1,sw2", progress=QUIET).build()
    assert others.exit_code == ExitCode.CLEAN


def test_half_a_configuration_replaces_nothing(inventory: Inventory) -> None:
    whole = intended_config(inventory.target(NAME))
    result = one(inventory, replace_config, config=whole[: len(whole) // 2])
    assert result.status is Status.ERROR
    assert "not a valid config file" in result.why
    assert one(inventory).result == ""


def test_a_session_cut_in_mid_commit_leaves_the_old_configuration_in_the_end(
    inventory: Inventory, misbehave: Callable[..., None]
) -> None:
    """The change took effect, nobody could confirm it, and a minute later the switch takes it back by itself."""
    wanted = intended_config(inventory.target(NAME)).replace("description library desks", "description cut off")
    misbehave(drop_commit="after")
    # Neither can it log in again.
    started = time.monotonic()
    result = one(inventory, replace_config, changes={"network_timeout": 5}, config=wanted, revert_in=60)
    assert result.unreachable
    assert "takes the change back by itself" in result.why
    misbehave()
    assert one(inventory).result != ""
    time.sleep(max(0.0, 62 - (time.monotonic() - started)))
    assert one(inventory).result == ""
