"""What network devices say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from nornir.core.task import Result

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory, Target
from muhtar.network.assets import Asset, keep
from muhtar.network.devices import devices
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.settings import Site
from nornir_tasks.get_facts import get_facts

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["Facts", "ask", "facts", "table"]


@dataclass(frozen=True)
class Facts:
    """Results by device; each one's `result` are NAPALM's facts."""

    results: dict[str, HostResult]

    @property
    def exit_code(self) -> int:
        """0 where all answered, 1 where something failed, 3 where some cannot be reached."""
        seen = {result.status for result in self.results.values()}
        if Status.ERROR in seen:
            return ExitCode.FAILED
        return ExitCode.INCOMPLETE if Status.UNCHECKED in seen else ExitCode.CLEAN


def facts(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> Facts:
    """Ask every selected device, and keep what it says of itself as an asset. Raises InventoryError where none is selected."""
    inventory = Inventory.load(site)
    return Facts(ask(inventory, devices(inventory, limit, shard), progress=progress))


def ask(
    inventory: Inventory, targets: Sequence[Target], *, task: Callable[..., Result] = get_facts, progress: Progress
) -> dict[str, HostResult]:
    """Each device's facts; what answered is kept as an asset. `task` may ask for more than the facts."""
    results = run_fleet(inventory, targets, task, name="facts", progress=progress)
    answered = {name: result for name, result in results.items() if result.error is None}
    if answered:
        keep(inventory.site, {name: Asset.of(result.result, result.started) for name, result in answered.items()})
    return results


def table(found: Facts) -> Table:
    """The facts as a table; a device that did not answer says why."""
    from rich.table import Table

    shown = Table("device", "vendor", "model", "version", "serial number", "up for", box=None)
    for name, result in found.results.items():
        if result.error is not None:
            shown.add_row(name, f"[red]{result.why}[/red]")
            continue
        about = result.result
        uptime = str(timedelta(seconds=int(about["uptime"])))
        shown.add_row(name, about["vendor"], about["model"], about["os_version"], about["serial_number"], uptime)
    return shown
