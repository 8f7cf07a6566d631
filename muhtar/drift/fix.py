"""`drift.fix`: run the mend of one finding and no other, then look whether it has gone."""

from __future__ import annotations

from muhtar.drift.explain import known
from muhtar.drift.mends import how, module_of
from muhtar.drift.mends.judged import CHECK
from muhtar.errors import UsageError
from muhtar.history_past import Seen
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["CHECK", "fix"]


def fix(site: Site, identifier: str, *, apply: bool, progress: Progress) -> ReportBuilder:
    """Mend the finding of that id (or an unambiguous beginning of it); without `apply`, show what would be done.

    The outcomes are of `drift.fix`, not of the finding's own check: of the rest of its target this run knows nothing. Raises
    UsageError for an unknown id, a finding that is gone, one that somebody answers for, and one without an automatic mend.
    """
    past, waived = known(site, identifier)
    finding = past.outcome
    look_again = f"look again: ./inv drift.check --limit {finding.target}"
    if past.now is not Seen.THERE:
        raise UsageError(f"{finding.id} is gone, as far as anybody has looked: {finding.summary}", mend=look_again)
    text = how(site, finding)
    if waived:
        raise UsageError(
            f"{finding.id} is left as it is by decision of {waived.owner} until {waived.until}: {waived.reason}",
            mend=f"remove the waiver {waived.id} from registers/waivers.yml first",
        )
    builder: ReportBuilder = module_of(finding).mend(site, finding, apply=apply, progress=progress)
    builder.note(f"{'ran' if apply else 'would run'}: {text}")
    return builder
