"""A cable between two routers, pulled out."""

from __future__ import annotations

from lab.context import Context
from lab.faults.fault import HostFault
from lab.links import in_namespace, interface
from lab.topology import Host

__all__ = ["UnpluggedLink"]


class UnpluggedLink(HostFault):
    """The first link of a router goes down at its end, so the other end loses its carrier too; routing goes round."""

    name = "unplugged-link"
    summary = "the first link of a router down"
    default = "r1"
    kinds = ("router",)

    def _inject(self, context: Context, host: Host) -> str:
        return self._set(context, host, "down")

    def _mend(self, context: Context, host: Host) -> str:
        return self._set(context, host, "up")

    def _set(self, context: Context, host: Host, state: str) -> str:
        link = next(link for link in context.topology.links if host.name in link)
        other = link[1] if link[0] == host.name else link[0]
        in_namespace(context, host, "ip", "link", "set", interface(other), state)
        return f"link {host.name}-{other} is {state}"
