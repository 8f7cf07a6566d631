"""What every fault of the catalogue is: made by hand on a running lab, and mended by the same hand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from lab.context import Context
from lab.topology import Host
from muhtar.errors import UsageError

__all__ = ["Fault", "HostFault"]


class Fault(ABC):
    """One way to break the lab."""

    name: ClassVar[str]
    summary: ClassVar[str]

    @abstractmethod
    def inject(self, context: Context, host: str | None = None) -> str:
        """Make the fault; returns one line that says what was done. Raises UsageError for a host that it cannot strike."""

    @abstractmethod
    def mend(self, context: Context, host: str | None = None) -> str:
        """Take the fault back, harmless where it is not there; returns one line that says what was done."""

    def found_by(self, context: Context, host: str | None = None) -> list[tuple[str, str]]:
        """Findings that drift check and license audit must come to: (target, check), as often as there are."""
        del context, host
        return []


class HostFault(Fault):
    """A fault of one host. `default` is the one it strikes unless told otherwise; `kinds` those that it can strike."""

    default: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]

    def inject(self, context: Context, host: str | None = None) -> str:
        """Make the fault on a host."""
        return self._inject(context, self._victim(context, host))

    def mend(self, context: Context, host: str | None = None) -> str:
        """Take it back on a host."""
        return self._mend(context, self._victim(context, host))

    def found_by(self, context: Context, host: str | None = None) -> list[tuple[str, str]]:
        """What must be found on a host."""
        return self._findings(self._victim(context, host))

    @abstractmethod
    def _inject(self, context: Context, host: Host) -> str: ...

    @abstractmethod
    def _mend(self, context: Context, host: Host) -> str: ...

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        del host
        return []

    def _victim(self, context: Context, name: str | None) -> Host:
        host = context.topology.host(name or self.default)
        if host.kind not in self.kinds:
            raise UsageError(
                f"{self.name} cannot strike {host.name}, a {host.kind}", mend=f"choose a host of kind {' or '.join(self.kinds)}"
            )
        return host
