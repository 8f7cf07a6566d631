"""How a network device differs from what it should run, with both texts, in the one session that the comparison needs anyway."""

from __future__ import annotations

from dataclasses import dataclass

from nornir.core.task import Result, Task

from nornir_tasks.compare_config import compare_config
from nornir_tasks.get_configs import quick_reader
from nornir_tasks.host import session
from nornir_tasks.render_config import render_config
from nornir_tasks.same_lines import same_lines
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

    Where reading is much cheaper than comparing it is read first: a device that runs the intended lines, and no others, is not
    asked to compare them. Whatever else it runs, the device judges.
    Raises IncompleteConfigError where it gives half of it: a section that was cut off would look like a missing one.
    """
    intended = str(task.run(task=render_config)[0].result)
    reader = quick_reader(task)
    # A byte that is no UTF-8 becomes what no template writes: then the device is asked.
    if reader is not None and same_lines(reader.read()[0].decode(errors="replace"), intended):
        return Result(host=task.host, result=Drift(""))
    diff = str(task.run(task=compare_config, config=intended)[0].result)
    if not diff:
        return Result(host=task.host, result=Drift(""))
    running = whole_running(task, session(task, "napalm"))
    return Result(host=task.host, result=Drift(diff, running, intended))
