"""license.lint: the registers of licenses, assets, contracts and domains, each mistake a finding at its line."""

from __future__ import annotations

from collections import Counter

from muhtar.errors import MuhtarError, RegisterError
from muhtar.license.books import books_of, read_books
from muhtar.license.discovery.products import REGISTER, Products
from muhtar.outcome import Outcome, Status
from muhtar.registers.load import intent_of_file, load_register
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["lint"]

_CHECK = "license.lint"
_DUTIES: dict[str, str] = {"licenses": "8b10", REGISTER: "8b10", "assets": "8b9", "contracts": "8b9", "domains": "8l"}


def lint(site: Site) -> ReportBuilder:
    """One outcome for each register that is well-formed, one for each mistake of one that is not. Nothing is asked or written."""
    report = ReportBuilder("license.lint", site.name)
    chosen = books_of(site)
    books = read_books(site, chosen)
    for book in chosen:
        report.select(book, _CHECK)
        if problems := books.problems[book]:
            report.add(*_findings(report, site, book, problems))
        else:
            report.add(_well(report, site, book, books.count(book)))
    if site.register(REGISTER).is_file():
        _products(report, site)
    return report


def _products(report: ReportBuilder, site: Site) -> None:
    """A site need not have products of its own."""
    report.select(REGISTER, _CHECK)
    try:
        own = load_register(site.register(REGISTER), Products)
    except RegisterError as error:
        report.add(*_findings(report, site, REGISTER, error.problems or [error]))
    else:
        report.add(_well(report, site, REGISTER, len(own.products)))


def _well(report: ReportBuilder, site: Site, book: str, entries: int) -> Outcome:
    return Outcome(
        target=book,
        check=_CHECK,
        status=Status.OK,
        summary=f"well-formed: {count(entries, book.removesuffix('s'))}",
        intent=intent_of_file(site.register(book)),
        duty=_DUTIES[book],
        started=report.started,
    )


def _findings(report: ReportBuilder, site: Site, book: str, problems: list[MuhtarError]) -> list[Outcome]:
    """One a mistake; several at one place are told apart by a number."""
    seen: Counter[str] = Counter()
    found = []
    for problem in problems:
        place = problem.key or "the file"
        seen[place] += 1
        found.append(
            Outcome(
                target=book,
                check=_CHECK,
                status=Status.FINDING,
                subject=place if seen[place] == 1 else f"{place} ({seen[place]})",
                summary=f"line {problem.line}: {problem.message}" if problem.line else problem.message,
                intent=intent_of_file(site.register(book), problem.line),
                mend=problem.mend,
                duty=_DUTIES[book],
                started=report.started,
            )
        )
    return found
