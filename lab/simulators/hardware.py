"""What a simulated switch is made of: a serial number and MAC addresses that follow from its name, and its cables."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

__all__ = ["Neighbor", "dotted", "mac", "serial"]


@dataclass(frozen=True)
class Neighbor:
    """What LLDP is to show on one of our ports. `chassis` is a MAC address such as `02:00:00:00:00:01`."""

    port: str
    device: str
    device_port: str
    chassis: str = "02:00:00:00:00:00"
    description: str = ""


def serial(name: str) -> str:
    """The serial number of the switch of that name."""
    return f"SIM{zlib.crc32(name.encode()):08X}"


def mac(name: str, number: int) -> str:
    """The MAC address of its port with this number; 0 is the system's own. Locally administered, so never a real one."""
    digest = zlib.crc32(name.encode())
    octets = (2, digest >> 24 & 255, digest >> 16 & 255, digest >> 8 & 255, digest & 255, number & 255)
    return ":".join(f"{octet:02x}" for octet in octets)


def dotted(address: str) -> str:
    """`0200.0000.0001`, as switches write a MAC address."""
    digits = address.replace(":", "")
    return ".".join(digits[start : start + 4] for start in (0, 4, 8))
