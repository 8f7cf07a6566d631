"""The switch's interfaces as its configuration and its (pretended) cables make them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.simulators.eos.device import Device
from lab.simulators.ports import SwitchPort

__all__ = ["Port", "interfaces"]

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Port(SwitchPort):
    """One interface, in EOS's words."""

    @property
    def status(self) -> str:
        """EOS's word for it."""
        if not self.enabled:
            return "disabled"
        return "connected" if self.linked else "notconnect"

    @property
    def is_physical(self) -> bool:
        """Has a transceiver and a MAC address."""
        return self.name.startswith(("Ethernet", "Management"))

    @property
    def routed(self) -> bool:
        """Has addresses of its own."""
        return not self.name.startswith(("Ethernet", "Port-Channel")) or "no switchport" in self.config

    @property
    def mtu(self) -> int:
        """Octets."""
        return int(self.config.value("mtu") or (65535 if self.name.startswith("Loopback") else 1500))

    @property
    def vrf(self) -> str:
        """The routing instance it belongs to."""
        return self.config.value("vrf") or "default"

    def addresses(self, version: int = 4) -> list[str]:
        """Address and prefix length, the primary first; none while it switches."""
        if not self.routed:
            return []
        prefix = "ip address " if version == 4 else "ipv6 address "
        found = [line.removeprefix(prefix) for line in self.config if line.startswith(prefix)]
        return sorted((line.removesuffix(" secondary") for line in found), key=lambda line: f"{line} secondary" in found)

    def vlans(self, known: list[int]) -> list[int]:
        """Which of the known VLANs it carries."""
        if self.routed:
            return []
        return self.switched(known)


def interfaces(device: Device) -> list[Port]:
    """All interfaces, physical and configured, in natural order."""
    cabled = {neighbor.port for neighbor in device.settings.neighbors} | {"Management1"}
    ports = []
    for line, config in device.running.items():
        if not line.startswith("interface ") or config is None:
            continue
        name = line.removeprefix("interface ")
        digits = _DIGITS.search(name)
        number = int(digits[0]) if digits else 0
        linked = name in cabled or not name.startswith(("Ethernet", "Management"))
        ports.append(Port(name, number, config, linked))
    return sorted(ports, key=lambda port: (_DIGITS.sub("", port.name), port.number))
