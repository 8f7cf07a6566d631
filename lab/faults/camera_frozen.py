"""A camera whose picture stands still while its stream goes on."""

from __future__ import annotations

import json

from lab.context import Context
from lab.faults.fault import HostFault
from lab.files import CONTROL
from lab.inside import inside
from lab.topology import Host

__all__ = ["CameraFrozen"]


class CameraFrozen(HostFault):
    """The stream is served and recorded as ever; picture and clock in it do not move. Probes of the port see nothing."""

    name = "camera-frozen"
    summary = "a camera's picture frozen while its stream goes on"
    default = "cam1"
    kinds = ("camera",)

    def _inject(self, context: Context, host: Host) -> str:
        inside(context, host, "tee", CONTROL, stdin=json.dumps({"freeze": True}))
        return f"{host.name}: the picture stands still"

    def _mend(self, context: Context, host: Host) -> str:
        inside(context, host, "rm", "--force", CONTROL)
        return f"{host.name}: the picture moves"
