"""What a test needs of the running lab: its site, its inventory, its addresses, and a hand on each host."""

from __future__ import annotations

from dataclasses import dataclass

from lab.context import Context
from lab.inside import inside
from lab.town import Town
from muhtar.doors.process import Completed, run
from muhtar.inventory import Inventory
from muhtar.settings import Site

__all__ = ["Lab"]


@dataclass(frozen=True)
class Lab:
    """The lab, up."""

    town: Town
    context: Context
    site: Site
    inventory: Inventory

    def address(self, host: str) -> str:
        """A host's address."""
        return self.context.address(self.context.topology.host(host))

    @property
    def domain(self) -> str:
        """The lab's DNS domain."""
        return self.context.topology.domain

    @property
    def ca_file(self) -> str:
        """Path of the certificate of the lab's authority."""
        return str(self.site.overlay / "ca" / "ca.crt")

    def ssh(self, host: str, command: str, *options: str, check: bool = True, timeout: float = 60.0) -> Completed:
        """Run a shell line on a host as `muhtar`, the way Muhtar itself comes in; `options` are ssh's."""
        argv = ["ssh", "-F", self.context.overlay.ssh_config, "-o", "BatchMode=yes", *options, host, command]
        return run(argv, check=check, timeout=timeout)

    def inside(self, host: str, *argv: str, check: bool = True) -> Completed:
        """Run a program as root in a host's container, past SSH."""
        return inside(self.context, self.context.topology.host(host), *argv, check=check)

    def secret(self, name: str, key: str | None = None) -> str:
        """A generated secret; `key` picks one of a group."""
        value = self.context.overlay.secrets[name]
        return str(value if key is None else value[key])
