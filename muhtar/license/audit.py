"""license.audit: every license of the register against a day and against the inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from muhtar.inventory import Inventory
from muhtar.license.books import open_books
from muhtar.license.discovery.verdicts import judge_unlicensed, judge_unused
from muhtar.license.judge import Verdict, judge_expiry, judge_idle, judge_seats, judge_support
from muhtar.license.register import License
from muhtar.license.tally import by_directorate, standing, tally
from muhtar.license.terms import Terms
from muhtar.license.usage import Unknown, Used
from muhtar.license.ways import Ways
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.registers.load import intent_of_file
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions
from muhtar.words import some

__all__ = ["audit"]

_NAMED = 20


def audit(site: Site, *, progress: Progress, as_of: date | None = None, inventory: Inventory | None = None) -> ReportBuilder:
    """Judge each license on the day `as_of` (default: today in the site's time zone).

    Targets are the ids of the register; all outcomes carry the one moment of the audit. Raises RegisterError where the
    registers of licenses and contracts are missing or wrong, or there is no license: nothing to audit is no clean audit.
    """
    books = open_books(site, "licenses", "contracts")
    day = as_of or site.today()
    report = ReportBuilder("license.audit", site.name)
    inventory = inventory or Inventory.load(site)
    ways = Ways.of(site, inventory, books.licenses, day)
    progress.phase("licenses", len(books.licenses))
    judged: list[Outcome] = []
    uncounted = []
    terms = Terms.of(books.licenses)
    for index, entry in enumerate(books.licenses):
        answer = ways.used(entry)
        unused = judge_unused(entry, ways.estate, ways.hosts) if entry.discovered else None
        verdicts = dict(_verdicts(entry, day, answer, unused, terms))
        intent = books.intent("licenses", index)
        outcomes = [
            verdict.outcome(entry.id, check, duty="8b10", intent=intent, started=report.started)
            for check, verdict in verdicts.items()
        ]
        for check in verdicts:
            report.select(entry.id, check)
        report.add(*outcomes)
        judged += outcomes
        if answer is None:
            uncounted.append(entry.id)
        bad = next((outcome for outcome in outcomes if outcome.status is not Status.OK), outcomes[0])
        progress.step(entry.id, bad.summary, bad.status.value)
    standings = standing(Decisions.of(site, day).cover(judged))
    report.note(tally((entry.id for entry in books.licenses), standings, "license"))
    if owners := by_directorate(
        {entry.id: entry.directorate for entry in books.licenses if entry.directorate}, standings, "license"
    ):
        report.note(owners)
    if ways.estate:
        _unlicensed(report, site, judge_unlicensed(books.licenses, ways.estate, ways.hosts, day))
    if uncounted:
        report.note(f"subscriptions as a whole, of which nothing is counted: {some(uncounted, _NAMED)}")
    if undated := [entry.id for entry in books.licenses if entry.support_ends is None]:
        report.note(f"end of the maker's support not in the register: {some(undated, _NAMED)}")
    if as_of:
        report.note(f"as of {day}: an answer to a question, not kept in the history")
    return report


def _unlicensed(report: ReportBuilder, site: Site, verdicts: Iterable[tuple[str, Verdict]]) -> None:
    """Add what was discovered beside the entries of the register; the sum of those does not count it."""
    intent = intent_of_file(site.register("licenses"))
    for target, verdict in verdicts:
        report.select(target, "license.unlicensed")
        report.add(verdict.outcome(target, "license.unlicensed", duty="8b10", intent=intent, started=report.started))


def _verdicts(
    entry: License, day: date, answer: Used | Unknown | None, unused: Verdict | None, terms: Terms
) -> Iterator[tuple[str, Verdict]]:
    """(check, verdict) of all that can be asked of a license on a day.

    `answer` is how many are used, `unused` whether discovery finds it anywhere (None where that is not to be asked).
    """
    yield "license.expiry", judge_expiry(entry, day, terms.after.get(entry.id))
    counts = terms.counts(entry, day)
    if answer is not None and counts:
        yield "license.seats", judge_seats(entry, answer, day)
    # Out of term there is no money at work: that is license.expiry's finding.
    if counts and entry.in_force(day):
        if unused:
            yield "license.unused", unused
        # What is found nowhere lies idle as a whole: that is said already.
        nowhere = unused is not None and unused.status is Status.FINDING
        if answer is not None and not isinstance(answer, Unknown) and not nowhere:
            yield "license.idle", judge_idle(entry, answer)
    if entry.support_ends is not None:
        yield "license.support", judge_support(entry, entry.support_ends, day)
