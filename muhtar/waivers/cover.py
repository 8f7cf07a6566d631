"""A report as the site's waivers have it. Only findings are waived: what nobody could look at is never anybody's decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from muhtar.outcome import Intent, Outcome, Status, Waived
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.report import Report
from muhtar.settings import Site
from muhtar.waivers.register import Waiver, Waivers

__all__ = ["TERM", "Decisions"]

TERM = "waiver.term"


@dataclass(frozen=True)
class Decisions:
    """The waivers of a site on a day, and where each is written down."""

    waivers: tuple[Waiver, ...] = ()
    day: date = date.max
    intents: dict[str, Intent] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, day: date | None = None) -> Decisions:
        """Those of the site's register, on that day (default: today in its time zone); none where there is no register.

        Raises RegisterError for a wrong one.
        """
        path = site.register("waivers")
        if not path.is_file():
            return cls()
        register, document = load_with_lines(path, Waivers)
        intents = {waiver.id: intent_of(document, ("waivers", index)) for index, waiver in enumerate(register.waivers)}
        return cls(register.waivers, day or site.today(), intents)

    def cover(self, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
        """The outcomes, those findings waived for which a waiver is in force."""
        return tuple(self._waive(outcome) for outcome in outcomes)

    def judge(self, report: Report) -> Report:
        """The report with its findings covered, an outcome for each target that a waiver speaks of, and notes on idle ones."""
        pairs = {(pair.target, pair.check) for pair in report.selected}
        terms: list[Outcome] = []
        notes: list[str] = []
        for waiver in self.waivers:
            here = [target for target in waiver.targets if (target, waiver.check) in pairs]
            found = {
                target: [one for one in report.outcomes if one.target == target and _speaks_of(waiver, one)] for target in here
            }
            terms += [self._term(waiver, target, len(found[target]), report) for target in here]
            idle = [target for target in here if not found[target] and _looked(target, waiver.check, report)]
            if idle and waiver.in_force(self.day):
                notes.append(
                    f"the waiver {waiver.id} covers nothing on {', '.join(idle)}: there is no such finding; remove it there"
                )
        if not terms:
            return report
        chosen = dict.fromkeys((term.target, term.check) for term in terms)
        return Report.model_validate(
            {
                **report.model_dump(exclude={"selected", "outcomes", "notes"}),
                "selected": [*report.selected, *({"target": target, "check": check} for target, check in chosen)],
                "outcomes": [*self.cover(report.outcomes), *terms],
                "notes": [*report.notes, *notes],
            }
        )

    def _waive(self, outcome: Outcome) -> Outcome:
        waiver = next((item for item in self.waivers if item.in_force(self.day) and _speaks_of(item, outcome)), None)
        if waiver is None:
            return outcome
        decided = Waived(id=waiver.id, owner=waiver.owner, reason=waiver.reason, until=waiver.until)
        return outcome.model_copy(update={"status": Status.WAIVED, "waiver": decided})

    def _term(self, waiver: Waiver, target: str, findings: int, report: Report) -> Outcome:
        well = waiver.in_force(self.day)
        count = "one finding" if findings == 1 else f"{findings} findings"
        covers = f"in force until {waiver.until}, by {waiver.owner}: covers {count}"
        return Outcome(
            target=target,
            check=TERM,
            subject=waiver.id,
            status=Status.OK if well else Status.FINDING,
            summary=covers if well else f"ran out on {waiver.until}: what it covered counts again ({count})",
            wanted=None if well else f"a waiver in force on {self.day}, or none",
            found=None if well else f"in force until {waiver.until}",
            intent=self.intents.get(waiver.id),
            mend=None if well else f"mend what it covered and remove it, or have {waiver.owner} decide anew",
            started=report.started,
        )


def _speaks_of(waiver: Waiver, outcome: Outcome) -> bool:
    return (
        outcome.status is Status.FINDING
        and waiver.concerns(outcome.target, outcome.check)
        and waiver.subject in {None, outcome.subject}
    )


def _looked(target: str, check: str, report: Report) -> bool:
    """Whether the check could look at all of the target: only then is a waiver without a finding idle."""
    blind = {Status.ERROR, Status.UNCHECKED}
    return not any(one.target == target and one.check == check and one.status in blind for one in report.outcomes)
