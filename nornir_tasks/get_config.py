"""The running configuration of a network device."""

from __future__ import annotations

from nornir.core.task import Result, Task

from muhtar.errors import DoorError
from nornir_tasks.host import session, target_of

__all__ = ["get_config"]


def get_config(task: Task, *, sanitized: bool = False) -> Result:
    """Result: the running configuration as text, with its secrets unless `sanitized`. Raises DoorError for an empty one."""
    running = str(session(task, "napalm").get_config(retrieve="running", sanitized=sanitized)["running"])
    if not running.strip():
        raise DoorError(f"{target_of(task).name} gave an empty running configuration")
    return Result(host=task.host, result=running)
