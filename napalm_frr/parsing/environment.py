"""How the router's machine is doing: load and memory. A router in software has neither fans nor power supplies of its own."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["ENVIRONMENT_COMMAND", "environment"]

ENVIRONMENT_COMMAND = "cut -d' ' -f1 /proc/loadavg; nproc; grep -E '^(MemTotal|MemAvailable):' /proc/meminfo"


def environment(output: str) -> dict[str, Any]:
    """NAPALM's environment; CPU is the load of the last minute in percent of all processors, memory is in bytes."""
    load, processors, *memory = output.splitlines()
    kib = {name: int(value) for name, value in re.findall(r"(\w+):\s+(\d+) kB", "\n".join(memory))}
    total, available = kib.get("MemTotal", 0), kib.get("MemAvailable", 0)
    return {
        "fans": {},
        "temperature": {},
        "power": {},
        "cpu": {0: {"%usage": round(100 * float(load) / int(processors), 1)}},
        "memory": {"available_ram": total * 1024, "used_ram": (total - available) * 1024},
    }
