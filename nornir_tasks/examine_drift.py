"""How a network device differs from what it should run, with both texts, in the one session that the comparison needs anyway."""

from __future__ import annotations

from dataclasses import dataclass

from nornir.core.task import Result, Task

from nornir_tasks.compare_config import compare_config
from nornir_tasks.host import session
from nornir_tasks.render_config import render_config
from nornir_tasks.whole import whole_running

__all__ = ["Drift", "examine_drift"]


@dataclass(frozen=True)
class Drift:
    """The device's own `diff` to the intended configuration, empty where there is none; the texts only where there is one."""

    diff: str
    running: str = ""
    intended: str = ""


def examine_drift(task: Task) -> Result:
    """Result: a Drift. The running configuration is read only where the device sees a difference.

    Raises IncompleteConfigError where it gives half of it: a section that was cut off would look like a missing one.
    """
    intended = str(task.run(task=render_config)[0].result)
    diff = str(task.run(task=compare_config, config=intended)[0].result)
    if not diff:
        return Result(host=task.host, result=Drift(""))
    running = whole_running(task, session(task, "napalm"))
    return Result(host=task.host, result=Drift(diff, running, intended))
