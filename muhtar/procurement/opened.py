"""The register of purchases read together with those of licenses, assets and contracts: all that is wrong with any, at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from muhtar.errors import MuhtarError, RegisterError
from muhtar.license.books import BOOKS, Books, read_books
from muhtar.procurement.hardware import lots_of
from muhtar.procurement.register import Limits, Procurement
from muhtar.registers.document import Document, Place
from muhtar.registers.load import load_with_lines
from muhtar.settings import Site

__all__ = ["Opened", "open_registers"]


@dataclass(frozen=True)
class Opened:
    """The registers, and the limits of the year that was asked for."""

    books: Books
    register: Procurement
    limits: Limits


def open_registers(site: Site, year: int) -> Opened:
    """Read them. Raises RegisterError with every mistake of all: a year without limits is one, nothing to judge another."""
    books = read_books(site)
    problems = [problem for book in BOOKS for problem in books.problems[book]]
    register = None
    try:
        register, document = load_with_lines(site.register("procurement"), Procurement)
        problems += _across(register, document, books, year)
    except RegisterError as error:
        problems += error.problems or [error]
    if problems or register is None:
        count = f"{len(problems)} mistakes" if len(problems) > 1 else "a mistake"
        raise RegisterError(f"the registers have {count}; no list was made", problems=problems)
    if not (books.licenses or books.assets):
        raise RegisterError(
            "there is nothing to buy anything for: the registers of licenses and assets are empty",
            path=site.register("licenses"),
            mend="write down what was bought",
        )
    return Opened(books, register, next(limits for limits in register.limits if limits.year == year))


def _across(register: Procurement, document: Document, books: Books, year: int) -> Iterator[MuhtarError]:
    yield from _years(register, document, year)
    yield from _lots(register, document)
    if not books.problems["licenses"]:
        yield from _classes(register, document, [entry.id for entry in books.licenses])


def _years(register: Procurement, document: Document, year: int) -> Iterator[MuhtarError]:
    seen: dict[int, int] = {}
    for index, limits in enumerate(register.limits):
        first = seen.setdefault(limits.year, index)
        if first != index:
            said = f"the year {limits.year} is given twice (first on line {document.line(('limits', first))})"
            yield document.problem(said, ("limits", index, "year"), mend="keep one of them")
    if year not in seen:
        yield document.problem(
            f"has no limits for the budget year {year}",
            ("limits",),
            mend=f"add {{year: {year}, direct: the limit of 22/d, negotiated: the limit of 21/f, goods: {{appropriation: ...}}, "
            f"services: {{appropriation: ...}}, source: the tebliğ of {year}}}, or ask for another --year",
        )


def _lots(register: Procurement, document: Document) -> Iterator[MuhtarError]:
    """Each role, its maintenance and each class is a lot: what two share the name of would be bought as one."""
    seen: dict[str, Place] = {}
    names: list[tuple[str, Place]] = []
    for index, role in enumerate(register.hardware):
        place: Place = ("hardware", index, "id")
        names += [(lot.id, place) for lot in lots_of(role).values()]
    names += [(software.id, ("software", index, "id")) for index, software in enumerate(register.software)]
    for name, place in names:
        first = seen.setdefault(name, place)
        if first != place:
            said = f"the name {name!r} of a lot is taken already (line {document.line(first)})"
            yield document.problem(said, place, mend="give each role and class an id of its own")


def _classes(register: Procurement, document: Document, licenses: list[str]) -> Iterator[MuhtarError]:
    known = set(licenses)
    seen: dict[str, Place] = {}
    for index, software in enumerate(register.software):
        for number, name in enumerate(software.licenses):
            place: Place = ("software", index, "licenses", number)
            if name not in known:
                near = difflib.get_close_matches(name, licenses[:500], 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                mend = "write the license into licenses.yml, or correct its id here"
                yield document.problem(f"there is no license {name!r}{hint}", place, mend=mend)
            elif name in seen:
                said = f"the license {name!r} is in a class already (line {document.line(seen[name])})"
                yield document.problem(said, place, mend="keep it in one class")
            else:
                seen[name] = place
