"""A line of a router's running configuration, typed in by somebody at night."""

from __future__ import annotations

from lab.context import Context
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.links import interface
from lab.topology import Host
from muhtar.errors import UsageError

__all__ = ["DriftedLine"]

_LINE = "ip ospf cost 777"


class DriftedLine(HostFault):
    """A link gets another cost: traffic takes the long way round, and nothing is down."""

    name = "drifted-line"
    summary = f"a line typed into a router's running configuration ({_LINE})"
    default = "r2"
    kinds = ("router",)

    def _inject(self, context: Context, host: Host) -> str:
        where = _first_link(context, host)
        _configure(context, host, where, _LINE)
        return f"{host.name}: {_LINE!r} on {where}"

    def _mend(self, context: Context, host: Host) -> str:
        where = _first_link(context, host)
        _configure(context, host, where, "no ip ospf cost")
        return f"{host.name}: {_LINE!r} on {where} taken back"

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        return [(host.name, "drift.network")]


def _first_link(context: Context, host: Host) -> str:
    for one, other in context.topology.links:
        if host.name in (one, other):
            return interface(other if host.name == one else one)
    raise UsageError(f"{host.name} has no link", mend="choose a router with a link in lab/topology.yml")


def _configure(context: Context, host: Host, where: str, line: str) -> None:
    inside(context, host, "vtysh", "-c", "configure terminal", "-c", f"interface {where}", "-c", line)
