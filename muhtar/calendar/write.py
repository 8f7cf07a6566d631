"""calendar.write: one calendar of all that ends, out of the registers and of what certificate.check last saw."""

from __future__ import annotations

from datetime import date

from muhtar.calendar.certificates import known_certificates
from muhtar.calendar.entries import of_contracts, of_domains, of_licenses
from muhtar.deadlines import Calendar, Deadline
from muhtar.errors import RegisterError
from muhtar.history import History
from muhtar.inventory import Inventory
from muhtar.license.books import Book, Books, books_of, sound_books
from muhtar.license.contracts import COVERING
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.registers.load import intent_of_file
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["CHECK", "write"]

CHECK = "calendar.complete"
_CERTIFICATES = "certificates"


def write(
    site: Site,
    *,
    progress: Progress,
    as_of: date | None = None,
    inventory: Inventory | None = None,
    history: History | None = None,
) -> ReportBuilder:
    """The calendar as it is on the day `as_of` (default: today in the site's time zone), carried by the report.

    One outcome for each source: ok where all that it knows is in the calendar, unchecked for each certificate that was not read
    for a week or could not be. Raises RegisterError where a register is missing or wrong (half a calendar would be believed), or
    where nothing in them has an end.
    """
    books = sound_books(site, books_of(site))
    day = as_of or site.today()
    report = ReportBuilder("calendar.write", site.name)
    progress.phase("sources of the calendar", None)
    of_books: dict[Book, list[Deadline]] = {
        "licenses": list(of_licenses(books.licenses, day)),
        "contracts": list(of_contracts(books, day)),
    }
    if "domains" in books.documents:
        of_books["domains"] = list(of_domains(books.domains))
    for book, entries in of_books.items():
        report.select(book, CHECK)
        report.add(
            Outcome(
                target=book,
                check=CHECK,
                status=Status.OK,
                summary=_said(book, books, entries),
                intent=intent_of_file(site.register(book)),
                started=report.started,
            )
        )
    inventory = inventory or Inventory.load(site)
    certificates = known_certificates(site, inventory, history, now=report.started)
    if certificates.declared:
        report.select(_CERTIFICATES, CHECK)
        report.add(*certificates.outcomes(_CERTIFICATES, CHECK, report.started))
    else:
        report.note("no host declares a TLS service (muhtar_tls_services): there are no certificates in the calendar")
    found = [*(entry for entries in of_books.values() for entry in entries), *certificates.entries]
    if not found:
        raise RegisterError(
            "there is nothing to put into a calendar: no entry of the registers has an end", path=site.register("licenses")
        )
    order = sorted(found, key=lambda entry: (entry.end, entry.kind.value, entry.id))
    report.schedule(Calendar(day=day, entries=tuple(order), open_ended=_open_ended(books)))
    if as_of:
        report.note(f"as of {as_of}: an answer to a question, not kept in the history")
    return report


def _said(book: Book, books: Books, entries: list[Deadline]) -> str:
    """How many entries the register has, and why fewer (or more) are in the calendar."""
    said = f"{count(books.count(book), book.removesuffix('s'))}, {count(len(entries), 'end')} in the calendar"
    if book == "contracts" and (bought := sum(1 for entry in books.contracts if entry.kind not in COVERING)):
        said += f"; {bought} of kind license, which are there by their licenses"
    return said


def _open_ended(books: Books) -> int:
    covering = [entry for entry in books.contracts if entry.kind in COVERING]
    return sum(1 for entry in (*books.licenses, *covering) if entry.end is None)
