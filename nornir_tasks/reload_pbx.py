"""Have a PBX read its configuration files anew; calls go on."""

from __future__ import annotations

from nornir.core.task import Result, Task

from nornir_tasks.connections.ami import Ami
from nornir_tasks.host import session

__all__ = ["reload_pbx"]


def reload_pbx(task: Task) -> Result:
    """Result: None. Raises UnreachableError, and AmiError where the PBX refuses."""
    ami: Ami = session(task, "ami")
    ami.action("Reload")
    return Result(host=task.host, changed=True)
