"""A finding of a server: the role whose task found it is run on that server, and on no other."""

from __future__ import annotations

from muhtar.drift.mends.judged import begun, unmendable
from muhtar.drift.mends.roles import RoleRun, told
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["how", "mend"]


def how(site: Site, finding: Outcome) -> str:
    """Which role would be run. Raises UsageError for a task that belongs to none."""
    return told(_role(site, finding), finding.target)


def mend(site: Site, finding: Outcome, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Without `apply`, all that the role would change, in check mode; with it, the role is run, and looked at again.

    Outcomes of `drift.fix`: a finding for each task of the role that would (still) change something, else one ok.
    """
    role = RoleRun(site, _role(site, finding), finding.target, progress)
    builder = begun(site, finding)
    if apply and (wrong := role.apply(builder)):
        builder.add(*wrong)
        return builder
    found = role.look(f"./inv drift.explain {finding.id}" if apply else f"./inv drift.fix {finding.id} --apply")
    builder.add(*found)
    return builder


def _role(site: Site, finding: Outcome) -> str:
    role = finding.subject.partition(": ")[0]
    if not finding.subject or not (site.root / "roles" / role / "tasks").is_dir():
        raise unmendable(finding, f"{finding.subject or 'it'!r} belongs to no role")
    return role
