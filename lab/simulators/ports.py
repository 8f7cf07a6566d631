"""What the interfaces of all simulated switches have in common."""

from __future__ import annotations

from dataclasses import dataclass

from lab.simulators.arguments import numbers
from lab.simulators.config_tree import Tree

__all__ = ["SwitchPort"]


@dataclass(frozen=True)
class SwitchPort:
    """One interface. `linked`: something is at the other end; a virtual interface always is."""

    name: str
    number: int
    config: Tree
    linked: bool

    @property
    def enabled(self) -> bool:
        """Not shut down."""
        return "shutdown" not in self.config

    @property
    def up(self) -> bool:
        """Carries traffic."""
        return self.enabled and self.linked

    @property
    def trunking(self) -> bool:
        """Carries several VLANs."""
        return self.config.value("switchport mode") == "trunk"

    def switched(self, known: list[int]) -> list[int]:
        """Which of the known VLANs it carries, if it switches."""
        if self.trunking:
            allowed = self.config.value("switchport trunk allowed vlan") or "all"
            return known if allowed == "all" else [vlan for vlan in numbers(allowed, 1, 4094) if vlan in known]
        return [int(self.config.value("switchport access vlan") or 1)]
