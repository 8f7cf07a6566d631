"""A finding of a network device: that section of its configuration becomes the intended one, nothing else of it."""

from __future__ import annotations

from muhtar.drift import network
from muhtar.drift.mends.judged import CHECK, begun, judge, retold, unmendable
from muhtar.network.apply import Options, carry_out
from muhtar.network.section_plan import plan_section
from muhtar.network.sections import SECTIONS
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["how", "mend"]


def how(site: Site, finding: Outcome) -> str:
    """Which section is changed, and how. Raises UsageError where the device's difference belongs to none."""
    del site
    if finding.subject not in SECTIONS:
        raise unmendable(finding, f"{finding.subject or 'the difference'!r} is no section of a configuration")
    return (
        f"section {finding.subject} of {finding.target} is made the intended one, nothing else of it: "
        "committed with the device's revert timer, confirmed when a second session sees all well"
    )


def mend(site: Site, finding: Outcome, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Without `apply`, what the section's change would be, as a plan shows it; with it, it is made, and looked at again.

    One outcome of `drift.fix` for the finding.
    """
    how(site, finding)
    builder = begun(site, finding)
    planned = plan_section(site, finding.target, finding.subject, progress=progress)
    (outcome,) = planned.builder.build().outcomes
    if not planned.plan.devices or not apply:
        shown = retold(finding, outcome)
        to_do = outcome.status is Status.FINDING
        builder.add(shown.model_copy(update={"mend": f"./inv drift.fix {finding.id} --apply"}) if to_do else shown)
        return builder
    making = ReportBuilder(CHECK, site.name, limit=finding.target)
    target = planned.inventory.target(finding.target)
    carry_out(planned.inventory, planned.plan, [target], making, check=CHECK, options=Options(), progress=progress)
    made = making.build()
    for note in made.notes:
        builder.note(note)
    if (done := made.outcomes[0]).status is Status.OK:
        judge(builder, finding, network.check(site, limit=finding.target, progress=progress).build())
    else:
        builder.add(retold(finding, done))
    return builder
