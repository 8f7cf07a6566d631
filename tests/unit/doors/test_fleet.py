"""The fleet door: one result for each target, whatever happens; sessions always closed; lost is not the same as failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from nornir.core.inventory import ConnectionOptions
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task

from muhtar.doors.fleet import run_fleet
from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.inventory import Inventory
from muhtar.outcome import Status
from muhtar.secrets import remember
from nornir_tasks import connections
from nornir_tasks.host import session, target_of
from tests.support.town import lab_site


class LibraryLostError(Exception):
    """What a library of sessions raises when the other side is gone."""


class Wire:
    """A session that keeps count of how many are open."""

    open_now: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.connection: Any = self
        self.host = ""
        self.closed = threading.Event()

    def open(self, hostname: str, *_: Any, **__: Any) -> None:
        self.host = hostname
        Wire.open_now.add(hostname)

    def close(self) -> None:
        Wire.open_now.discard(self.host)
        self.closed.set()


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    Wire.open_now = set()
    module = SimpleNamespace(
        Plugin=Wire, LOST=(LibraryLostError,), options=lambda target, _: ConnectionOptions(hostname=target.name)
    )
    monkeypatch.setattr("nornir_tasks.host.kind", lambda _: module)
    monkeypatch.setitem(connections._used, "wire", module)
    monkeypatch.setitem(ConnectionPluginRegister.available, "wire", Wire)
    yield
    assert not Wire.open_now, "a session was left open"


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    return Inventory.load(lab_site(tmp_path, monkeypatch))


class Seen:
    def __init__(self) -> None:
        self.phases: list[tuple[str, int | None]] = []
        self.steps: list[tuple[str, str, str]] = []
        self.activities: list[tuple[str, str]] = []

    def phase(self, title: str, total: int | None = None) -> None:
        self.phases.append((title, total))

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        self.steps.append((target, text, status))

    def activity(self, target: str, text: str) -> None:
        self.activities.append((target, text))


def by_name(task: Task, **behaviour: Any) -> Result:
    """Do what `behaviour` says for this host: return a value, or raise an error."""
    session(task, "wire")
    what = behaviour[target_of(task).name]
    if isinstance(what, Exception):
        raise what
    return Result(host=task.host, result=what, changed=what == "changed")


def test_each_target_gets_its_result_and_its_step(inventory: Inventory) -> None:
    seen = Seen()
    targets = inventory.select(group="routers")
    found = run_fleet(
        inventory, targets, by_name, name="trying", progress=seen, r1="one", r2="changed", r3=LibraryLostError("gone")
    )
    assert list(found) == ["r1", "r2", "r3"]
    assert (found["r1"].result, found["r1"].status, found["r1"].why) == ("one", Status.OK, "")
    assert found["r2"].changed
    assert found["r3"].status is Status.UNCHECKED
    assert seen.phases == [("trying", 3)]
    assert sorted(seen.steps) == [("r1", "", "ok"), ("r2", "", "changed"), ("r3", "gone", "unchecked")]
    assert all(result.duration >= 0 for result in found.values())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnreachableError("x"), Status.UNCHECKED),
        (LibraryLostError("x"), Status.UNCHECKED),
        (ConnectionRefusedError("x"), Status.UNCHECKED),
        (TimeoutError("x"), Status.UNCHECKED),
        (DoorError("x"), Status.ERROR),
        (KeyError("x"), Status.ERROR),
        (FileNotFoundError("x"), Status.ERROR),
    ],
)
def test_lost_is_unchecked_and_failed_is_an_error(error: Exception, status: Status, inventory: Inventory) -> None:
    found = run_fleet(inventory, [inventory.target("r1")], by_name, name="x", r1=error)["r1"]
    assert found.status is status
    assert found.error is error
    assert found.result is None


def test_the_error_of_a_subtask_is_the_error(inventory: Inventory) -> None:
    def inner(task: Task) -> Result:
        raise LibraryLostError("deep")

    def middle(task: Task) -> Result:
        task.run(task=inner)
        raise AssertionError

    def outer(task: Task) -> Result:
        task.run(task=middle)
        raise AssertionError

    found = run_fleet(inventory, [inventory.target("r1")], outer, name="x")["r1"]
    assert (found.why, found.unreachable) == ("deep", True)


def test_a_failed_result_without_an_exception_is_not_taken_for_good(inventory: Inventory) -> None:
    def task(task: Task) -> Result:
        return Result(host=task.host, result="bad news", failed=True)

    found = run_fleet(inventory, [inventory.target("r1")], task, name="x")["r1"]
    assert found.status is Status.ERROR
    assert "bad news" in found.why


def test_a_device_that_hangs_holds_up_nobody_and_its_session_is_closed(inventory: Inventory) -> None:
    late = threading.Event()

    def task(task: Task) -> Result:
        wire = session(task, "wire")
        if target_of(task).name == "r1":
            wire.closed.wait(20)
            late.set()
        return Result(host=task.host, result="done")

    seen = Seen()
    started = time.monotonic()
    found = run_fleet(inventory, inventory.select(group="routers"), task, name="x", progress=seen, timeout=0.5, workers=1)
    assert time.monotonic() - started < 10
    assert [found[name].status for name in ("r1", "r2", "r3")] == [Status.UNCHECKED, Status.OK, Status.OK]
    assert "not done within 0.5 s" in found["r1"].why
    assert late.wait(5), "closing the session must wake the task"
    time.sleep(0.1)
    assert [step for step in seen.steps if step[0] == "r1"] == [("r1", found["r1"].why, "unchecked")]


def test_no_more_than_workers_at_a_time(inventory: Inventory) -> None:
    lock, running, most = threading.Lock(), 0, 0

    def task(task: Task) -> Result:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return Result(host=task.host)

    run_fleet(inventory, inventory.select(group="network"), task, name="x", workers=2)
    assert most == 2


def test_parameters_of_a_targets_own(inventory: Inventory) -> None:
    def task(task: Task, *, common: str, own: str) -> Result:
        return Result(host=task.host, result=f"{common} {own}")

    found = run_fleet(
        inventory, inventory.select(group="routers"), task, name="x", common="for", per_target=lambda target: {"own": target.name}
    )
    assert [result.result for result in found.values()] == ["for r1", "for r2", "for r3"]


def test_secrets_are_not_in_the_reason(inventory: Inventory) -> None:
    remember("Cok-Gizli-Parola")
    found = run_fleet(inventory, [inventory.target("r1")], by_name, name="x", r1=DoorError("login with Cok-Gizli-Parola failed"))
    assert found["r1"].why == "login with *** failed"


def test_nothing_selected_is_an_error(inventory: Inventory) -> None:
    with pytest.raises(InventoryError, match="no target"):
        run_fleet(inventory, [], by_name, name="x")
