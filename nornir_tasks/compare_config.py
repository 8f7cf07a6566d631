"""The difference between what a network device runs and what it should run, computed by the device itself."""

from __future__ import annotations

from nornir.core.task import Result, Task

from nornir_tasks.candidate import compared, intended
from nornir_tasks.host import session

__all__ = ["compare_config"]


def compare_config(task: Task, *, config: str | None = None) -> Result:
    """Result: the diff that would make the device run `config` (default: the intended one); empty where it does already.

    Nothing changes: the candidate is discarded, whatever happens.
    """
    wanted = intended(task, config)
    device = session(task, "napalm")
    diff = compared(device, wanted)
    device.discard_config()
    return Result(host=task.host, result=diff, diff=diff)
