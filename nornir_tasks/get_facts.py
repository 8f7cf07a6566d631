"""What a network device says of itself."""

from __future__ import annotations

from nornir.core.task import Result, Task

from nornir_tasks.host import session

__all__ = ["get_facts"]


def get_facts(task: Task) -> Result:
    """Result: NAPALM's facts (hostname, vendor, model, os_version, serial_number, uptime in seconds, interface_list)."""
    return Result(host=task.host, result=dict(session(task, "napalm").get_facts()))
