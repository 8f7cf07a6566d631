"""Has the finding gone? From a second look by the finding's own check to an outcome of `drift.fix`. Pure."""

from __future__ import annotations

from muhtar.errors import UsageError
from muhtar.outcome import Outcome, Status
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site

__all__ = ["CHECK", "begun", "judge", "retold", "unmendable"]

CHECK = "drift.fix"


def begun(site: Site, finding: Outcome) -> ReportBuilder:
    """A report of `drift.fix` that still owes an outcome for the finding's target."""
    builder = ReportBuilder(CHECK, site.name, limit=finding.target)
    builder.select(finding.target, CHECK)
    return builder


def judge(builder: ReportBuilder, finding: Outcome, look: Report) -> None:
    """Add what became of the finding: itself where it is there still, what nobody could look at, or ok where it is gone.

    What else differs on its target is a note: it was not asked for.
    """
    there = [outcome for outcome in look.outcomes if outcome.target == finding.target and outcome.check == finding.check]
    same = next((outcome for outcome in there if outcome.subject == finding.subject and outcome.status is Status.FINDING), None)
    blind = next((outcome for outcome in there if outcome.status in {Status.ERROR, Status.UNCHECKED}), None)
    if same or blind or not there:
        builder.add(retold(finding, same or blind or _unseen(finding)))
    else:
        builder.add(_gone(finding))
    for outcome in there:
        if outcome.status is Status.FINDING and outcome is not same:
            builder.note(f"left as it is on {outcome.target}: {outcome.summary} ({outcome.id})")


def retold(finding: Outcome, outcome: Outcome) -> Outcome:
    """The outcome under `drift.fix`, about the finding's subject."""
    mend = f"./inv drift.explain {finding.id}" if outcome.status is Status.FINDING else outcome.mend
    return outcome.model_copy(update={"check": CHECK, "subject": finding.subject, "mend": mend})


def unmendable(finding: Outcome, why: str) -> UsageError:
    """That there is no automatic mend, and the finding's own mend."""
    return UsageError(f"there is no automatic mend for {finding.id}: {why}", mend=finding.mend or "see what it says")


def _gone(finding: Outcome) -> Outcome:
    return Outcome(
        target=finding.target,
        check=CHECK,
        subject=finding.subject,
        status=Status.OK,
        summary=f"gone: {finding.summary}",
        intent=finding.intent,
        duty=finding.duty,
    )


def _unseen(finding: Outcome) -> Outcome:
    summary = f"nobody looked again at {finding.target} by {finding.check}"
    return Outcome(target=finding.target, check=CHECK, subject=finding.subject, status=Status.UNCHECKED, summary=summary)
