"""Create, change and delete monitors of a recorder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nornir.core.task import Result, Task

from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.host import session
from nornir_tasks.stream_address import StreamAddress

__all__ = ["MonitorChange", "set_nvr_monitors"]


@dataclass(frozen=True)
class MonitorChange:
    """One change of one monitor: `id` None creates it, `delete` takes it away, else the given settings are set.

    `settings` are ZoneMinder's fields by name, as text; `stream` is where its pictures come from, where that is to be set.
    """

    name: str
    id: int | None = None
    settings: dict[str, str] = field(default_factory=dict)
    stream: StreamAddress | None = None
    delete: bool = False

    @property
    def verb(self) -> str:
        """What it does: create, change or delete."""
        if self.delete:
            return "delete"
        return "create" if self.id is None else "change"


def set_nvr_monitors(task: Task, *, changes: Sequence[MonitorChange]) -> Result:
    """Result: the names of the monitors that were changed. Recordings of a deleted monitor stay where they are.

    Raises UnreachableError, and ZoneMinderError where the API refuses; what was done before that stays done.
    """
    api: ZoneMinder = session(task, "zoneminder")
    done: list[str] = []
    for change in changes:
        if change.delete:
            api.write("DELETE", f"monitors/{change.id}.json", {})
        else:
            fields = {f"Monitor[{key}]": value for key, value in change.settings.items()}
            if change.stream:
                fields["Monitor[Path]"] = change.stream.reveal()
            where = ("POST", "monitors.json") if change.id is None else ("PUT", f"monitors/{change.id}.json")
            api.write(*where, fields)
        done.append(change.name)
    return Result(host=task.host, result=done, changed=bool(done))
