"""A finding of a recorder: that camera is created, changed or deleted there, and no other."""

from __future__ import annotations

from muhtar.drift import video
from muhtar.drift.mends.judged import begun, judge, unmendable
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.video.apply import apply as set_cameras

__all__ = ["how", "mend"]


def how(site: Site, finding: Outcome) -> str:
    """Which camera is set. Raises UsageError for one that is set as declared: its trouble is none of the recorder's settings."""
    del site
    if finding.wanted == "recording" or not finding.subject:
        raise unmendable(finding, "the recorder is set as declared")
    return f"camera {finding.subject} is set on {finding.target} as declared, no other; recordings stay"


def mend(site: Site, finding: Outcome, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Without `apply`, how the camera differs now; with it, it is set, and looked at again.

    One outcome of `drift.fix` for the finding.
    """
    how(site, finding)
    builder = begun(site, finding)
    if not apply:
        judge(builder, finding, video.check(site, limit=finding.target, progress=progress).build())
        return builder
    look = set_cameras(site, limit=finding.target, only=finding.subject, progress=progress).build()
    for note in look.notes:
        builder.note(note)
    judge(builder, finding, look)
    return builder
