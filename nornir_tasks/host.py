"""A nornir host that stands for a target of Muhtar's inventory, and opens its sessions by what the inventory says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nornir.core.inventory import ConnectionOptions, Host

from muhtar.errors import UsageError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.connections import kind

if TYPE_CHECKING:
    from nornir.core.task import Task

__all__ = ["TargetHost", "session", "target_of"]


class TargetHost(Host):
    """`target` and `site` as Muhtar knows them; `host["key"]` reads a variable of the target."""

    def __init__(self, target: Target, site: Site) -> None:
        self.target = target
        self.site = site
        super().__init__(name=target.name, data=cast("dict[str, Any]", target.vars))

    def get_connection_parameters(self, connection: str | None = None) -> ConnectionOptions:
        """How to open a session of that kind: asked of its module, when it is needed and not before."""
        if connection is None:
            raise UsageError("name the kind of session")
        options = kind(connection).options(self.target, self.site)
        return cast("ConnectionOptions", options)


def target_of(task: Task) -> Target:
    """The target that a task works on."""
    return cast("TargetHost", task.host).target


def session(task: Task, name: str) -> Any:
    """The task's open session of that kind, opened now if it is not."""
    return task.host.get_connection(name, task.nornir.config)
