"""`network.apply`, `network.rollback` and `network.restore`: carry out a plan, then look at the devices once more."""

from __future__ import annotations

from collections.abc import Sequence

from muhtar.drift import network as drift
from muhtar.errors import UsageError
from muhtar.inventory import Inventory
from muhtar.network.apply import Carried, Options, carry_out, members
from muhtar.network.plan import Kind, Plan
from muhtar.network.planning import CHECK, Planned, rehearse
from muhtar.network.waves import Serial
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["apply_plan", "carry", "options", "show_plan"]

LONGEST = 7200


def options(serial: str | None, max_failures: int, revert_in: int, expect_loss: str | None, soak: int = 0) -> Options:
    """What the command line says, checked. Raises UsageError."""
    if not 10 <= revert_in <= LONGEST:
        raise UsageError(f"--revert-in {revert_in}: from 10 to {LONGEST} seconds", mend="leave it away for two minutes")
    if max_failures < 1:
        raise UsageError(f"--max-failures {max_failures}: at least 1", mend="1 stops after the first wave with a failure")
    if not 0 <= soak <= revert_in // 2:
        raise UsageError(f"--soak {soak}: at most half of --revert-in, {revert_in // 2} seconds", mend="give --revert-in more")
    patterns = tuple(part.strip() for part in (expect_loss or "").split(",") if part.strip())
    return Options(Serial.parse(serial), max_failures, revert_in, patterns, soak)


def show_plan(
    site: Site, plan: Plan, how: Options, *, limit: str | None = None, shard: str | None = None, progress: Progress
) -> ReportBuilder:
    """What carrying out a plan would do now, and in which waves; nothing is changed."""
    inventory = Inventory.load(site)
    chosen = members(plan, inventory, limit, shard)
    builder = ReportBuilder("network.apply", site.name, limit=limit, shard=shard)
    rehearse(inventory, plan, chosen, builder, progress)
    builder.note(f"plan {plan.id}: {plan.about}; made {plan.made:%Y-%m-%d %H:%M} UTC by {plan.by}")
    for number, wave in enumerate(how.serial.cut(chosen), 1):
        builder.note(f"wave {number}: {', '.join(target.name for target in wave)}")
    return builder


def apply_plan(
    site: Site, plan: Plan, how: Options, *, limit: str | None = None, shard: str | None = None, progress: Progress
) -> ReportBuilder:
    """Carry out a plan that was kept. Raises PlanError, before anything is touched, where it does not fit the inventory."""
    inventory = Inventory.load(site)
    chosen = members(plan, inventory, limit, shard)
    builder = ReportBuilder("network.apply", site.name, limit=limit, shard=shard)
    builder.note(f"plan {plan.id}: {plan.about}; made {plan.made:%Y-%m-%d %H:%M} UTC by {plan.by}")
    carried = carry_out(inventory, plan, chosen, builder, check=CHECK, options=how, progress=progress)
    return _checked_again(site, plan, carried, progress)


def carry(planned: Planned, workflow: str, how: Options, *, progress: Progress) -> ReportBuilder:
    """Carry out a plan that was made just now; its report also has the devices that nothing would change."""
    builder = planned.rest(workflow)
    if not planned.plan.devices:
        builder.note("nothing was changed")
        return builder
    if planned.plan.kind is not Kind.INTENDED:
        builder.note(planned.plan.about)
    chosen = members(planned.plan, planned.inventory)
    carried = carry_out(planned.inventory, planned.plan, chosen, builder, check=CHECK, options=how, progress=progress)
    return _checked_again(planned.inventory.site, planned.plan, carried, progress)


def _checked_again(site: Site, plan: Plan, carried: Carried, progress: Progress) -> ReportBuilder:
    """Look at the changed devices once more, after the confirmation, as a drift check does.

    What the inventory intends must be there now. An earlier configuration differs from it as it should: a note, no finding.
    """
    builder = carried.builder
    if not carried.changed:
        return builder
    names = [target.name for target in carried.changed]
    found = drift.check(site, limit=",".join(names), progress=progress)
    if plan.kind is Kind.INTENDED:
        builder.absorb(found)
        return builder
    outcomes = found.build().outcomes
    for name in names:
        builder.note(_told(name, [outcome for outcome in outcomes if outcome.target == name]))
    return builder


def _told(name: str, outcomes: Sequence[Outcome]) -> str:
    if bad := next((outcome for outcome in outcomes if outcome.status in {Status.ERROR, Status.UNCHECKED}), None):
        return f"{name} could not be compared with the inventory's intent: {bad.summary}"
    if any(outcome.status is Status.FINDING for outcome in outcomes):
        return (
            f"{name} differs from the inventory now: change that too, or the next network.apply undoes this; "
            f"./inv network.diff --limit {name} shows it"
        )
    return f"{name} is as the inventory intends"
