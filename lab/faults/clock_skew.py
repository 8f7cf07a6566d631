"""A server whose clock nobody keeps any more."""

from __future__ import annotations

from lab.context import Context
from lab.edits import LineEdit
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.topology import Host

__all__ = ["ClockSkew"]

# What role base writes where no NTP servers are declared; and an address of documentation (RFC 5737), where nobody answers.
_SOURCE = LineEdit("/etc/chrony/chrony.conf", "local stratum 10", "server 192.0.2.1 iburst")


class ClockSkew(HostFault):
    """The time service follows a source that nobody declared and that never answers: it runs, and keeps no time.

    The clock itself stays right: containers share the kernel's with the machine, and that one is not ours to move.
    """

    name = "clock-skew"
    summary = "a server's clock left to itself: its time source is not the declared one, and never answers"
    default = "db1"
    kinds = ("server",)

    def _inject(self, context: Context, host: Host) -> str:
        _SOURCE.make(context, host)
        inside(context, host, "systemctl", "restart", "chrony.service")
        return f"{host.name}: {_SOURCE.path} says {_SOURCE.new!r}; the clock is not synchronised"

    def _mend(self, context: Context, host: Host) -> str:
        if not _SOURCE.take_back(context, host):
            return f"{host.name}: the clock has its declared source"
        inside(context, host, "systemctl", "restart", "chrony.service")
        return f"{host.name}: {_SOURCE.path} is as it was"

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        return [(host.name, "drift.servers")]
