"""A service that somebody stopped and forgot."""

from __future__ import annotations

from typing import ClassVar

from lab.context import Context
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.topology import Host

__all__ = ["StoppedService"]


class StoppedService(HostFault):
    """The server's main service stands still."""

    name = "stopped-service"
    summary = "the main service of a server stopped"
    default = "web1"
    kinds = ("server",)

    _services: ClassVar[dict[str, str]] = {
        "web1": "nginx.service",
        "db1": "postgresql.service",
        "pbx1": "asterisk.service",
        "nvr1": "zoneminder.service",
        "bak1": "restic-rest-server.service",
    }

    def _inject(self, context: Context, host: Host) -> str:
        inside(context, host, "systemctl", "stop", self._services[host.name])
        return f"{host.name}: {self._services[host.name]} stopped"

    def _mend(self, context: Context, host: Host) -> str:
        inside(context, host, "systemctl", "start", self._services[host.name])
        return f"{host.name}: {self._services[host.name]} runs"

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        return [(host.name, "drift.servers")]
