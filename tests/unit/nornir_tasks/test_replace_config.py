"""Replacing a configuration: nothing without need, never without a second look, and back where that look is not good."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from napalm.base.exceptions import ConnectionException, ReplaceConfigException

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import DoorError, UnreachableError
from muhtar.inventory import Inventory
from nornir_tasks import replace_config as module
from nornir_tasks.compare_config import compare_config
from nornir_tasks.connections import napalm as connection
from nornir_tasks.fingerprint import fingerprint
from nornir_tasks.replace_config import ChangedSinceError, Replaced, TakenBackError, replace_config
from tests.support.town import lab_site

DIFF = "-hostname x\n+hostname r1"
RUNNING = "hostname x\nrouter bgp 65001\nend\n"


class Driver:
    """A device that is played; `log` is what all its sessions did, in order."""

    log: ClassVar[list[str]] = []
    differences: ClassVar[list[str]] = []
    refuse: Exception | None = None
    fail_open_from: int = 99
    opened = 0
    running: ClassVar[list[str]] = []
    peers: ClassVar[list[bool]] = []

    def __init__(self, **given: Any) -> None:
        self.given = given
        self.number = 0

    def open(self) -> None:
        Driver.opened += 1
        self.number = Driver.opened
        if self.number >= Driver.fail_open_from:
            raise ConnectionException("no route")
        self._did("open")

    def close(self) -> None:
        self._did("close")

    def load_replace_candidate(self, config: str) -> None:
        self._did("load")
        if Driver.refuse:
            raise Driver.refuse
        assert config

    def compare_config(self) -> str:
        self._did("compare")
        return Driver.differences.pop(0)

    def get_config(self, retrieve: str) -> dict[str, str]:
        self._did(f"read {retrieve}")
        return {"running": Driver.running.pop(0) if len(Driver.running) > 1 else Driver.running[0]}

    def get_interfaces(self) -> dict[str, dict[str, bool]]:
        return {"eth0": {"is_enabled": True, "is_up": True}}

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """Established or not, each time as `peers` says; the last answer stays."""
        up = Driver.peers.pop(0) if len(Driver.peers) > 1 else Driver.peers[0]
        return {"global": {"peers": {"10.0.0.2": {"is_enabled": True, "is_up": up}}}}

    def get_lldp_neighbors(self) -> dict[str, Any]:
        return {}

    def commit_config(self, revert_in: int) -> None:
        self._did(f"commit {revert_in}")

    def confirm_commit(self) -> None:
        self._did("confirm")

    def discard_config(self) -> None:
        self._did("discard")

    def rollback(self) -> None:
        self._did("rollback")

    def _did(self, what: str) -> None:
        Driver.log.append(f"{self.number} {what}")


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> None:
    Driver.log, Driver.differences, Driver.refuse, Driver.fail_open_from, Driver.opened = [], [], None, 99, 0
    Driver.running, Driver.peers = [RUNNING], [True]
    monkeypatch.setattr(connection, "get_network_driver", lambda _: Driver)
    monkeypatch.setattr(module, "PAUSE", 0.05)


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    return Inventory.load(lab_site(tmp_path, monkeypatch))


def run(inventory: Inventory, task: Any = replace_config, **params: Any) -> HostResult:
    return run_fleet(inventory, [inventory.target("r1")], task, name="test", **params)["r1"]


def test_no_difference_no_commit(inventory: Inventory) -> None:
    Driver.differences = [""]
    result = run(inventory)
    assert (result.error, result.changed, result.result) == (None, False, Replaced())
    assert Driver.log == ["1 open", "1 load", "1 compare", "1 discard", "1 close"]


def test_a_difference_is_committed_looked_at_by_a_new_session_and_confirmed(inventory: Inventory) -> None:
    Driver.differences = [DIFF, ""]
    Driver.running = [RUNNING, "hostname r1\nend\n"]
    announced: list[tuple[str, str, str]] = []
    result = run(
        inventory,
        before_commit=lambda name, diff, running: announced.append((name, f"{diff} after {Driver.log[-1]}", running)),
        revert_in=45,
    )
    assert (result.error, result.changed, result.result) == (None, True, Replaced(DIFF, RUNNING, "hostname r1\nend\n"))
    assert announced == [("r1", f"{DIFF} after 1 read running", RUNNING)]
    assert Driver.log == [
        "1 open", "1 load", "1 compare", "1 read running", "1 commit 45",
        "2 open", "2 load", "2 compare", "2 discard", "2 read running", "2 close",
        "1 confirm", "1 close",
    ]  # fmt: skip


def test_a_device_that_was_changed_since_is_left_alone(inventory: Inventory) -> None:
    Driver.differences = [DIFF]
    result = run(inventory, running_hash=fingerprint("hostname y"))
    assert isinstance(result.error, ChangedSinceError)
    assert Driver.log == ["1 open", "1 load", "1 compare", "1 read running", "1 discard", "1 close"]


def test_a_device_that_nobody_changed_since_is_changed(inventory: Inventory) -> None:
    Driver.differences = [DIFF, ""]
    assert run(inventory, running_hash=fingerprint(f"! a comment with a clock\n{RUNNING}")).error is None
    assert "1 confirm" in Driver.log


def test_nothing_is_changed_where_what_it_runs_cannot_be_kept(inventory: Inventory) -> None:
    def full(*_: str) -> None:
        raise OSError("no space left on device")

    Driver.differences = [DIFF]
    assert "no space left" in run(inventory, before_commit=full).why
    assert Driver.log[-2:] == ["1 discard", "1 close"]


def test_a_session_that_does_not_come_back_takes_the_change_back(inventory: Inventory) -> None:
    Driver.differences, Driver.peers = [DIFF, ""], [True, False]
    result = run(inventory, revert_in=1)
    assert isinstance(result.error, TakenBackError)
    assert "BGP neighbour 10.0.0.2" in result.why
    assert not result.unreachable
    assert Driver.log[-2:] == ["1 rollback", "1 close"]


def test_a_session_that_needs_a_moment_gets_it(inventory: Inventory) -> None:
    Driver.differences, Driver.peers = [DIFF, ""], [True, False, False, True]
    assert run(inventory, revert_in=30).error is None
    assert "1 confirm" in Driver.log


def test_a_session_that_falls_by_its_own_timer_is_seen_by_a_look_that_comes_later(inventory: Inventory) -> None:
    Driver.differences, Driver.peers = [DIFF, ""], [True, True, False]
    assert isinstance(run(inventory, revert_in=20, soak=0.2).error, TakenBackError)
    Driver.differences, Driver.peers = [DIFF, ""], [True, True, False]
    assert run(inventory, revert_in=20).error is None


def test_what_is_expected_to_go_may_go(inventory: Inventory) -> None:
    Driver.differences, Driver.peers = [DIFF, ""], [True, False]
    assert run(inventory, revert_in=1, expect_loss=("BGP neighbour 10.0.0.*",)).error is None


def test_a_device_that_is_lost_while_taking_back_is_left_to_its_timer(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise ConnectionException("the connection broke")

    monkeypatch.setattr(Driver, "rollback", lost)
    Driver.differences = [DIFF, "+left"]
    result = run(inventory)
    assert result.unreachable
    assert "takes the change back by itself" in result.why


def test_a_device_that_is_lost_in_the_confirmation_is_not_taken_for_changed(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise ConnectionException("the connection broke")

    monkeypatch.setattr(Driver, "confirm_commit", lost)
    Driver.differences = [DIFF, ""]
    result = run(inventory)
    assert result.unreachable
    assert "unless the confirmation has arrived" in result.why


def test_what_still_differs_is_taken_back(inventory: Inventory) -> None:
    Driver.differences = [DIFF, "+ neighbor 10.0.0.1 password Geheim-123"]
    result = run(inventory)
    assert isinstance(result.error, DoorError)
    assert "still differs" in result.why
    assert "Geheim-123" not in result.why
    assert not result.unreachable
    assert Driver.log[-2:] == ["1 rollback", "1 close"]
    assert "1 confirm" not in Driver.log


def test_a_device_that_does_not_answer_after_the_change_is_left_to_its_timer(inventory: Inventory) -> None:
    Driver.differences = [DIFF]
    Driver.fail_open_from = 2
    result = run(inventory, revert_in=1)
    assert isinstance(result.error, UnreachableError)
    assert result.unreachable
    assert "takes the change back by itself" in result.why
    assert Driver.opened > 2, "it must try more than once"
    assert not {"1 confirm", "1 rollback"} & set(Driver.log)


def test_a_session_lost_in_the_commit_may_have_committed(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise ConnectionException("the connection broke")

    monkeypatch.setattr(Driver, "commit_config", lost)
    Driver.differences = [DIFF]
    result = run(inventory)
    assert result.unreachable
    assert "takes the change back by itself" in result.why
    assert "1 discard" not in Driver.log


def test_a_device_that_comes_back_in_time_is_confirmed(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    Driver.differences = [DIFF, ""]
    Driver.fail_open_from = 2
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=module.time.monotonic, sleep=lambda _: _recover()))
    result = run(inventory, revert_in=20)
    assert result.error is None
    assert "1 confirm" in Driver.log


def _recover() -> None:
    Driver.fail_open_from = 99


def test_a_refused_configuration_is_discarded(inventory: Inventory) -> None:
    Driver.refuse = ReplaceConfigException("line 3: unknown command")
    result = run(inventory)
    assert "line 3" in result.why
    assert not result.unreachable
    assert Driver.log == ["1 open", "1 load", "1 discard", "1 close"]


def test_the_first_failure_is_told_not_that_discarding_failed_too(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Driver) -> None:
        raise ConnectionException("the session is not open")

    monkeypatch.setattr(Driver, "discard_config", gone)
    Driver.refuse = ReplaceConfigException("line 3: unknown command")
    assert run(inventory).error is Driver.refuse


def test_a_given_configuration_is_used_instead_of_the_intended_one(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(Driver, "load_replace_candidate", lambda _, config: loaded.append(config))
    Driver.differences = [DIFF, ""]
    run(inventory, config="hostname r1\n")
    assert loaded == ["hostname r1\n", "hostname r1\n"]


def test_comparing_changes_nothing_and_discards_always(inventory: Inventory) -> None:
    Driver.differences = [DIFF]
    assert run(inventory, compare_config).result == DIFF
    assert Driver.log == ["1 open", "1 load", "1 compare", "1 discard", "1 close"]
    Driver.log, Driver.refuse = [], ReplaceConfigException("no")
    assert run(inventory, compare_config).error is Driver.refuse
    assert Driver.log[-2:] == ["2 discard", "2 close"]


def test_half_of_what_it_runs_stops_before_the_change(inventory: Inventory) -> None:
    """What is kept for a rollback would be half a configuration."""
    Driver.differences, Driver.running = [DIFF], [RUNNING[:-4]]
    kept: list[str] = []
    result = run(inventory, before_commit=lambda *given: kept.append(given[0]))
    assert result.status == "error"
    assert "r1: the running configuration is cut off after 2 lines" in result.why
    assert not kept
    assert Driver.log[-2:] == ["1 discard", "1 close"]
    assert "commit" not in " ".join(Driver.log)


def test_half_of_what_it_runs_after_the_change_takes_it_back(inventory: Inventory) -> None:
    Driver.differences, Driver.running = [DIFF, ""], [RUNNING, RUNNING[:-4]]
    result = run(inventory)
    assert "cut off" in result.why
    assert "1 rollback" in Driver.log
    assert "1 confirm" not in Driver.log
