"""Devices that answer from a table: what reading them gives, without sessions."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.errors import UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.network.history import take as taking
from muhtar.network.history.take import Taken, take
from muhtar.progress import NoProgress
from muhtar.settings import Site
from nornir_tasks.get_configs import Configs

__all__ = ["Fleet"]

Answer = bytes | tuple[bytes, bytes | None] | Exception


class Fleet:
    """Devices by name: (platform, answer). An answer is a running configuration, a pair with the startup, or an error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, site: str = "lab", **devices: tuple[str, Answer]) -> None:
        self.site = Site(site)
        self.devices = devices
        monkeypatch.setattr(taking, "run_fleet", self._run)

    @property
    def inventory(self) -> Inventory:
        """As much of an inventory as reading needs."""
        return cast("Inventory", SimpleNamespace(site=self.site, target=self.target))

    def target(self, name: str) -> Target:
        """A device."""
        return Target(name, ("network",), {"muhtar_platform": self.devices[name][0]})

    @property
    def targets(self) -> list[Target]:
        """All devices."""
        return [self.target(name) for name in self.devices]

    def says(self, name: str, answer: Answer) -> None:
        """From now on the device answers this."""
        self.devices[name] = (self.devices[name][0], answer)

    def take(self, **options: Any) -> dict[str, Taken]:
        """Read and keep all."""
        return take(self.inventory, self.targets, progress=NoProgress(), **options)

    def _run(self, _: Inventory, targets: Iterable[Target], *__: Any, **___: Any) -> dict[str, HostResult]:
        return {target.name: _result(self.devices[target.name][1]) for target in targets}


def _result(answer: Answer) -> HostResult:
    if isinstance(answer, Exception):
        return HostResult(error=answer, unreachable=isinstance(answer, UnreachableError))
    return HostResult(result=Configs(*answer) if isinstance(answer, tuple) else Configs(answer))
