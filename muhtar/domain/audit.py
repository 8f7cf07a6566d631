"""domain.audit: every domain of the register against a day. Nobody is asked: the register is what the department knows."""

from __future__ import annotations

from datetime import date

from muhtar.domain.judge import judge_domain
from muhtar.license.books import open_books
from muhtar.license.tally import standing, tally
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions

__all__ = ["CHECK", "audit"]

CHECK = "domain.expiry"


def audit(site: Site, *, progress: Progress, as_of: date | None = None) -> ReportBuilder:
    """Judge each domain on the day `as_of` (default: today in the site's time zone).

    Raises RegisterError where the register is missing or wrong, or has no domain: nothing to audit is no clean audit.
    """
    books = open_books(site, "domains")
    day = as_of or site.today()
    report = ReportBuilder("domain.audit", site.name)
    progress.phase("domains", len(books.domains))
    outcomes = []
    for index, entry in enumerate(books.domains):
        verdict = judge_domain(entry, day)
        intent = books.intent("domains", index)
        outcomes.append(verdict.outcome(entry.id, CHECK, duty="8l", intent=intent, started=report.started))
        report.select(entry.id, CHECK)
        progress.step(entry.id, verdict.summary, verdict.status.value)
    report.add(*outcomes)
    standings = standing(Decisions.of(site, day).cover(outcomes))
    report.note(tally((entry.id for entry in books.domains), standings, "domain"))
    if as_of:
        report.note(f"as of {day}: an answer to a question, not kept in the history")
    return report
