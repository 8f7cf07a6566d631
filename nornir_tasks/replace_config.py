"""Give a network device a configuration, in a way that cannot leave it unreachable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nornir.core.task import Result, Task

from muhtar.errors import DoorError, UnreachableError
from nornir_tasks.candidate import compared, discard_quietly, intended
from nornir_tasks.conceal import conceal
from nornir_tasks.connections.napalm import LOST, Plugin
from nornir_tasks.host import session, target_of

__all__ = ["replace_config"]

REVERT_IN = 90
# Routing may need a moment after a change; the rest of the time until the revert is for the answer.
PAUSE = 2.0


def replace_config(
    task: Task,
    *,
    config: str | None = None,
    revert_in: int = REVERT_IN,
    before_commit: Callable[[str, str], None] | None = None,
) -> Result:
    """Load `config` (default: the intended one), compare, commit with a revert timer, look again, confirm.

    The second look is a session of its own: the device must accept a new login and see no difference any more. Only then is
    the commit confirmed; otherwise it is taken back, by us or, `revert_in` seconds later, by the device. Result: the diff
    that was committed; empty, and not `changed`, where there was none. `before_commit(name, diff)` sees it before.

    Raises UnreachableError where the device does not answer after the change, DoorError where it is not what it should be.
    """
    wanted = intended(task, config)
    device = session(task, "napalm")
    diff = compared(device, wanted)
    if not diff:
        device.discard_config()
        return Result(host=task.host, result="")
    if before_commit:
        before_commit(target_of(task).name, diff)
    reverts_at = time.monotonic() + revert_in
    try:
        device.commit_config(revert_in=revert_in)
    except LOST as error:
        # Whether the commit took effect cannot be known, so it is treated like one that did.
        raise _cut_off(task, error, reverts_at) from error
    except Exception:
        discard_quietly(device)
        raise
    _confirm_if_good(task, device, wanted, reverts_at)
    return Result(host=task.host, result=diff, diff=diff, changed=True)


def _confirm_if_good(task: Task, device: Any, wanted: str, reverts_at: float) -> None:
    target = target_of(task)
    try:
        left = _second_look(task, wanted, (time.monotonic() + reverts_at) / 2)
    except LOST as error:
        raise _cut_off(task, error, reverts_at) from error
    except Exception:
        device.rollback()
        raise
    if left:
        device.rollback()
        raise DoorError(f"{target.name} still differs after the change, so it was taken back:\n{conceal(left, target.platform)}")
    device.confirm_commit()


def _cut_off(task: Task, error: Exception, reverts_at: float) -> UnreachableError:
    remaining = max(0, round(reverts_at - time.monotonic()))
    name = target_of(task).name
    return UnreachableError(
        f"{name} does not answer after the change; it takes the change back by itself in {remaining} s: {error}"
    )


def _second_look(task: Task, wanted: str, until: float) -> str:
    """The diff that a new session sees; tries again until `until` where it cannot be opened."""
    while True:
        try:
            with _new_session(task) as device:
                device.load_replace_candidate(config=wanted)
                diff = str(device.compare_config())
                device.discard_config()
                return diff
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
