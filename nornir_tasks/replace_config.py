"""Give a network device a configuration, in a way that cannot leave it unreachable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nornir.core.task import Result, Task

from muhtar.errors import DoorError, UnreachableError
from nornir_tasks.candidate import compared, discard_quietly, intended
from nornir_tasks.conceal import conceal
from nornir_tasks.connections.napalm import LOST, Plugin
from nornir_tasks.device_state import DeviceState, read_state
from nornir_tasks.fingerprint import fingerprint
from nornir_tasks.host import session, target_of
from nornir_tasks.whole import whole_running

__all__ = ["REVERT_IN", "ChangedSinceError", "Replaced", "TakenBackError", "replace_config"]

# Seconds; IOS takes whole minutes. Half of it is for the answer and for sessions that a change restarts.
REVERT_IN = 120
# Routing may need a moment after a change; the rest of the time until the revert is for the answer.
PAUSE = 2.0


class ChangedSinceError(DoorError):
    """The device runs something else than when its change was planned; nothing was done to it."""


class TakenBackError(DoorError):
    """The change was made, was not good, and was taken back by us."""


@dataclass(frozen=True)
class Replaced:
    """What became of a device: the diff that was committed (empty: there was none), and what it ran before and runs now.

    `before` and `after` are whole running configurations with their secrets; empty where nothing was changed.
    """

    diff: str = ""
    before: str = ""
    after: str = ""


def replace_config(
    task: Task,
    *,
    config: str | None = None,
    running_hash: str | None = None,
    revert_in: int = REVERT_IN,
    expect_loss: tuple[str, ...] = (),
    soak: float = 0.0,
    before_commit: Callable[[str, str, str], None] | None = None,
) -> Result:
    """Load `config` (default: the intended one), compare, commit with a revert timer, look again, confirm.

    The second look is a session of its own: the device must accept a new login, see no difference any more, and have up again
    what was up before (`nornir_tasks.device_state`; patterns of `expect_loss` may go). `soak` seconds after the commit it looks
    once more: what a protocol's own timer takes down does not fall at once. Only then is the commit confirmed; otherwise it is
    taken back, by us or, `revert_in` seconds later, by the device.

    Result: a Replaced; `changed` where there was a difference. `before_commit(name, diff, running)` sees what will change and
    what the device runs until then; it may raise, and nothing is changed then.

    Raises ChangedSinceError where `running_hash` is given and the device runs something else, IncompleteConfigError where it
    gives half of what it runs (a rollback to that would be worse than none), UnreachableError where the device does not answer
    after the change, TakenBackError where it is not what it should be.
    """
    wanted = intended(task, config)
    target = target_of(task)
    device = session(task, "napalm")
    diff = compared(device, wanted)
    if not diff:
        device.discard_config()
        return Result(host=task.host, result=Replaced())
    try:
        running = whole_running(task, device)
        _refuse_another(target.name, running, running_hash)
        state = read_state(device, target.platform, running)
        if before_commit:
            before_commit(target.name, diff, running)
    except Exception:
        discard_quietly(device)
        raise
    reverts_at = time.monotonic() + revert_in
    try:
        device.commit_config(revert_in=revert_in)
    except LOST as error:
        # Whether the commit took effect cannot be known, so it is treated like one that did.
        raise _cut_off(task, error, reverts_at) from error
    except Exception:
        discard_quietly(device)
        raise
    after = _confirm_if_good(task, device, _Wanted(wanted, state, expect_loss, time.monotonic() + soak), reverts_at)
    return Result(host=task.host, result=Replaced(diff, running, after), diff=diff, changed=True)


def _refuse_another(name: str, running: str, running_hash: str | None) -> None:
    if running_hash is not None and fingerprint(running) != running_hash:
        raise ChangedSinceError(f"{name} was changed since the plan was made: it was left as it is")


@dataclass(frozen=True)
class _Wanted:
    config: str
    state: DeviceState
    expect_loss: tuple[str, ...]
    soaked_at: float


@dataclass(frozen=True)
class _Look:
    """What a new session sees: lines that differ still, things that are not up again, and the running configuration."""

    diff: str
    lost: list[str]
    running: str


def _confirm_if_good(task: Task, device: Any, wanted: _Wanted, reverts_at: float) -> str:
    target = target_of(task)
    try:
        look = _second_look(task, wanted, (time.monotonic() + reverts_at) / 2)
    except LOST as error:
        raise _cut_off(task, error, reverts_at) from error
    except Exception:
        _take_back(task, device, reverts_at)
        raise
    if look.diff:
        _take_back(task, device, reverts_at)
        left = conceal(look.diff, target.platform)
        raise TakenBackError(f"{target.name} still differs after the change, so it was taken back:\n{left}")
    if look.lost:
        _take_back(task, device, reverts_at)
        raise TakenBackError(
            f"after the change {target.name} had lost what was up before, so it was taken back: {', '.join(look.lost)}"
        )
    try:
        device.confirm_commit()
    except LOST as error:
        raise _cut_off(task, error, reverts_at, " unless the confirmation has arrived") from error
    return look.running


def _take_back(task: Task, device: Any, reverts_at: float) -> None:
    try:
        device.rollback()
    except LOST as error:
        raise _cut_off(task, error, reverts_at) from error


def _cut_off(task: Task, error: Exception, reverts_at: float, but: str = "") -> UnreachableError:
    remaining = max(0, round(reverts_at - time.monotonic()))
    name = target_of(task).name
    return UnreachableError(
        f"{name} does not answer after the change; it takes the change back by itself in {remaining} s{but}: {error}"
    )


def _second_look(task: Task, wanted: _Wanted, until: float) -> _Look:
    """What a new session sees; tries again until `until` where it cannot be opened, or something is not up again yet."""
    platform = target_of(task).platform
    while True:
        try:
            with _new_session(task) as device:
                device.load_replace_candidate(config=wanted.config)
                diff = str(device.compare_config())
                device.discard_config()
                if diff:
                    return _Look(diff, [], "")
                running = whole_running(task, device)
                while lost := wanted.state.lost(read_state(device, platform, running), wanted.expect_loss):
                    if time.monotonic() + PAUSE >= until:
                        return _Look("", lost, running)
                    time.sleep(PAUSE)
                if (left := wanted.soaked_at - time.monotonic()) > 0:
                    time.sleep(left)
                    lost = wanted.state.lost(read_state(device, platform, running), wanted.expect_loss)
                return _Look("", lost, running)
        except LOST:
            if time.monotonic() + PAUSE >= until:
                raise
            time.sleep(PAUSE)


@contextmanager
def _new_session(task: Task) -> Iterator[Any]:
    options = task.host.get_connection_parameters("napalm")
    plugin = Plugin()
    plugin.open(options.hostname, options.username, options.password, options.port, options.platform, options.extras)
    try:
        yield plugin.connection
    finally:
        plugin.close()
