"""A finding of a database server's access: that right is granted or revoked there, and no other."""

from __future__ import annotations

from muhtar.databases.apply import apply as grant
from muhtar.databases.apply import check
from muhtar.drift.mends.judged import begun, judge, unmendable
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["how", "mend"]


def how(site: Site, finding: Outcome) -> str:
    """The statements. Raises UsageError for a difference that none mends: an account to be made, a password to be set."""
    del site
    if not finding.commands:
        raise unmendable(finding, "no statement mends it")
    return f"on {finding.target}, no more than:\n{finding.commands}"


def mend(site: Site, finding: Outcome, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Without `apply`, how the access differs now; with it, the statements of this finding run, and it is looked at again.

    One outcome of `drift.fix` for the finding.
    """
    how(site, finding)
    builder = begun(site, finding)
    if apply:
        look = grant(site, limit=finding.target, only_access=True, only=finding.subject, progress=progress)
    else:
        look = check(site, limit=finding.target, only_access=True, progress=progress)
    judge(builder, finding, look.build())
    return builder
