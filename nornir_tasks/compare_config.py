"""The difference between what a network device runs and what it should run, computed by the device itself."""

from __future__ import annotations

from nornir.core.task import Result, Task

from nornir_tasks.candidate import discard_quietly
from nornir_tasks.host import session
from nornir_tasks.render_config import render_config

__all__ = ["compare_config"]


def compare_config(task: Task, *, config: str | None = None) -> Result:
    """Result: the diff that would make the device run `config` (default: the intended one); empty where it does already.

    Nothing changes: the candidate is discarded, whatever happens.
    """
    wanted = config if config is not None else str(task.run(task=render_config)[0].result)
    device = session(task, "napalm")
    try:
        device.load_replace_candidate(config=wanted)
        diff = str(device.compare_config())
    except Exception:
        discard_quietly(device)
        raise
    device.discard_config()
    return Result(host=task.host, result=diff, diff=diff)
