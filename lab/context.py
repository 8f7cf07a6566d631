"""What every part of the engine needs to know: which town, whose checkout, what was generated for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.identity import Identity
from lab.overlay import Overlay
from lab.topology import Host, Topology

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """One lab: its names and addresses, its topology and its overlay."""

    identity: Identity
    topology: Topology
    overlay: Overlay = field(repr=False)

    def address(self, host: Host) -> str:
        """The host's address."""
        return self.identity.address(host.octet)

    def container(self, host: Host) -> str:
        """The name of the host's container."""
        return self.identity.container(host.name)
