"""A finding of a telephone exchange: its role puts the files right, then the running system reads them anew."""

from __future__ import annotations

from muhtar.drift import pbx
from muhtar.drift.mends.judged import begun, judge
from muhtar.drift.mends.roles import RoleRun, told
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["how", "mend"]

ROLE = "asterisk"


def how(site: Site, finding: Outcome) -> str:
    """The role and the reload."""
    del site
    return f"{told(ROLE, finding.target)}; then the exchange reads its files anew, which ends no call"


def mend(site: Site, finding: Outcome, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Without `apply`, what the role would change, in check mode, and how the running system stands; with it, both are mended.

    One outcome of `drift.fix` for the finding, as a last look at the running system sees it.
    """
    role = RoleRun(site, ROLE, finding.target, progress)
    builder = begun(site, finding)
    if not apply:
        for outcome in role.look(f"./inv drift.fix {finding.id} --apply"):
            builder.note(f"role {ROLE} in check mode: {outcome.summary}" + (f"\n{outcome.diff}" if outcome.diff else ""))
        judge(builder, finding, pbx.check(site, limit=finding.target, progress=progress).build())
        return builder
    if wrong := role.apply(builder):
        builder.add(*wrong)
        return builder
    judge(builder, finding, pbx.mend(site, limit=finding.target, progress=progress).build())
    return builder
