"""Plan to give one device one section of its intended configuration; everything else stays as it runs."""

from __future__ import annotations

from muhtar.doors.fleet import run_fleet
from muhtar.errors import UsageError
from muhtar.inventory import Inventory
from muhtar.network.devices import devices
from muhtar.network.history.text import as_candidate
from muhtar.network.outcomes import failed
from muhtar.network.plan import Kind, Plan
from muhtar.network.planning import CHECK, Planned, plan_config
from muhtar.network.splice import spliced
from muhtar.network.structure import parts
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from nornir_tasks.examine_drift import Drift, examine_drift
from nornir_tasks.platforms import platform_of
from nornir_tasks.survey_config import Survey

__all__ = ["plan_section"]


def plan_section(site: Site, host: str, section: str, *, progress: Progress) -> Planned:
    """Look at the device, and plan what makes that section the intended one.

    The plan has no device where the section is as intended already, or the device cannot be asked. Where the device sees a
    difference in another section too, the text could not be cut: its outcome is an error, and it is in no plan. Raises
    InventoryError for an unknown host, UsageError for one that is no network device.
    """
    inventory = Inventory.load(site)
    target = inventory.target(host)
    if target not in devices(inventory, None, None):
        raise UsageError(f"{host} is no network device", mend="./inv inventory.show says what it is")
    result = run_fleet(inventory, [target], examine_drift, name="network drift", progress=progress)[host]
    builder = ReportBuilder("network.plan", site.name, limit=host)
    about = f"section {section} of {host}, as the inventory intends it"
    if result.error is not None:
        builder.select(host, CHECK)
        builder.add(failed(target, result, CHECK, inventory))
        return Planned(inventory, Plan.new(site.name, Kind.SECTION, about, [], {}), builder)
    drift: Drift = result.result
    platform = platform_of(target).name
    running = as_candidate(drift.running.encode(), platform) if drift.diff else None

    def elsewhere(name: str, survey: Survey) -> str | None:
        others = [part.section for part in parts(survey.diff, survey.running, survey.config) if part.section != section]
        return f"{name}: {section} cannot be changed by itself: {', '.join(others)} would change too" if others else None

    return plan_config(
        inventory,
        target,
        # A device that runs what is intended is compared with that, and has nothing to plan.
        None if running is None else spliced(running, drift.intended, section),
        kind=Kind.SECTION,
        about=about,
        builder=builder,
        unless=elsewhere,
        progress=progress,
    )
