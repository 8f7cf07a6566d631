"""Who the router is: version, uptime, names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["SYSTEM_COMMAND", "facts"]

# One line each, in the order of `facts`.
SYSTEM_COMMAND = "cut -d' ' -f1 /proc/uptime; hostname; hostname -f 2>/dev/null || hostname; cat /etc/machine-id; uname -sr"


def facts(show_version: str, system: str, interfaces: Iterable[str]) -> dict[str, Any]:
    """NAPALM's facts. A router in software has no serial number: its machine id stands for it. Uptime is in seconds."""
    found = re.search(r"FRRouting (\S+)", show_version)
    uptime, hostname, fqdn, machine, kernel = (line.strip() for line in (system.splitlines() + [""] * 5)[:5])
    return {
        "uptime": float(uptime or -1),
        "vendor": "FRRouting",
        "os_version": found[1] if found else "",
        "serial_number": machine,
        "model": kernel,
        "hostname": hostname,
        "fqdn": fqdn,
        "interface_list": sorted(interfaces),
    }
