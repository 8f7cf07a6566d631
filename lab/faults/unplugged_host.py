"""A host whose network cable is pulled out: everything on it runs, and nobody reaches it."""

from __future__ import annotations

import json

from lab.context import Context
from lab.faults.fault import HostFault
from lab.links import in_namespace
from lab.topology import Host
from muhtar.doors.process import run
from muhtar.errors import DoorError

__all__ = ["UnpluggedHost"]


class UnpluggedHost(HostFault):
    """The bridge's end of the host's management link goes down: addresses and routes stay, the carrier is gone."""

    name = "unplugged-host"
    summary = "a host cut off from the network"
    default = "web1"
    kinds = ("server", "router", "switch", "camera")

    def _inject(self, context: Context, host: Host) -> str:
        run(["ip", "link", "set", _bridge_end(context, host), "down"])
        return f"{host.name} is unplugged"

    def _mend(self, context: Context, host: Host) -> str:
        run(["ip", "link", "set", _bridge_end(context, host), "up"])
        return f"{host.name} is plugged in"


def _bridge_end(context: Context, host: Host) -> str:
    """Name of the interface on this machine that leads to the host."""
    told = json.loads(in_namespace(context, host, "ip", "-json", "link", "show", "eth0").stdout)[0]
    for link in json.loads(run(["ip", "-json", "link", "show", "type", "veth"]).stdout):
        if link["ifindex"] == told.get("link_index"):
            return str(link["ifname"])
    raise DoorError(f"{host.name} has no end on this machine's bridge", mend="./inv lab.down, then ./inv lab.up")
