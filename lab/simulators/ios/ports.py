"""The switch's interfaces as its configuration and its (pretended) cables make them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from lab.simulators.hardware import Neighbor
from lab.simulators.ios.device import Device
from lab.simulators.ports import SwitchPort

__all__ = ["Port", "heard", "interfaces", "vlans"]

_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True)
class Port(SwitchPort):
    """One interface, in IOS's words."""

    @property
    def is_physical(self) -> bool:
        """Has a socket."""
        return self.name.startswith("GigabitEthernet")

    @property
    def short(self) -> str:
        """`Gi0/1`."""
        return self.name.replace("GigabitEthernet", "Gi").replace("Port-channel", "Po")

    @property
    def mtu(self) -> int:
        """Octets."""
        return int(self.config.value("mtu") or 1500)

    @property
    def vrf(self) -> str:
        """The routing instance it belongs to; empty for the global one."""
        return self.config.value("vrf forwarding") or ""

    @property
    def addresses(self) -> list[ipaddress.IPv4Interface]:
        """IPv4 addresses, the primary first."""
        lines = sorted((line for line in self.config if line.startswith("ip address ")), key=lambda x: x.endswith(" secondary"))
        return [ipaddress.IPv4Interface("/".join(line.split()[2:4])) for line in lines]

    @property
    def addresses6(self) -> list[ipaddress.IPv6Interface]:
        """IPv6 addresses."""
        return [ipaddress.IPv6Interface(line.split()[2]) for line in self.config if line.startswith("ipv6 address ")]

    def carries(self, known: list[int]) -> list[int]:
        """Which of the known VLANs it carries."""
        if not self.is_physical and not self.name.startswith("Port-channel"):
            return []
        return self.switched(known)


def interfaces(device: Device) -> list[Port]:
    """All interfaces: VLANs first, as IOS lists them."""
    cabled = {neighbor.port for neighbor in device.settings.neighbors}
    ports = []
    for line, config in device.running.items():
        if not line.startswith("interface ") or config is None:
            continue
        name = line.removeprefix("interface ")
        digits = _NUMBER.search(name)
        physical = name.startswith("GigabitEthernet")
        ports.append(Port(name, int(digits[0]) if digits else 0, config, name in cabled or not physical))
    return sorted(ports, key=lambda port: (not port.name.startswith("Vlan"), _NUMBER.sub("", port.name), port.number))


def heard(device: Device) -> list[Neighbor]:
    """The neighbours on ports that are up and listen."""
    ports = {port.name: port for port in interfaces(device)}
    return [
        neighbor
        for neighbor in device.settings.neighbors
        if (port := ports.get(neighbor.port)) and port.up and "no lldp receive" not in port.config
    ]


def vlans(device: Device) -> dict[int, str]:
    """Number and name of each VLAN; the first is always there."""
    found = {1: "default"}
    for line, config in device.running.items():
        if line.startswith("vlan ") and config is not None:
            number = int(line.split()[1])
            found[number] = config.value("name") or f"VLAN{number:04}"
    return dict(sorted(found.items()))
