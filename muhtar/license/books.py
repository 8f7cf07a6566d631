"""The registers of licenses, assets, contracts and domains read together: each well-formed, each reference leading somewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from muhtar.errors import MuhtarError, RegisterError
from muhtar.license.assets import Asset, AssetRegister, ExemptKind
from muhtar.license.contracts import COVERING, Contract, ContractRegister
from muhtar.license.discovery.products import Catalogue
from muhtar.license.domains import Domain, DomainRegister
from muhtar.license.register import License, Licenses
from muhtar.outcome import Intent
from muhtar.registers.document import Document, Place
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.settings import Site
from muhtar.turkish import loose

__all__ = ["BOOKS", "Book", "Books", "books_of", "open_books", "read_books", "sound_books"]

Book = Literal["licenses", "assets", "contracts", "domains"]
_MODELS: dict[Book, type[BaseModel]] = {
    "licenses": Licenses,
    "assets": AssetRegister,
    "contracts": ContractRegister,
    "domains": DomainRegister,
}
BOOKS: tuple[Book, ...] = ("licenses", "assets", "contracts")
"""What every site has. Without a domain of its own, or with another department's, a site needs no `domains.yml`."""
# difflib looks at every name there is: more than some hundred are not searched for a likeness.
_SEARCHED = 500


@dataclass
class Books:
    """What a site's registers hold. `problems` has, for each that was read, all that is wrong with it."""

    site: Site
    problems: dict[Book, list[MuhtarError]] = field(default_factory=dict)
    licenses: tuple[License, ...] = ()
    assets: tuple[Asset, ...] = ()
    exempt_kinds: tuple[ExemptKind, ...] = ()
    contracts: tuple[Contract, ...] = ()
    domains: tuple[Domain, ...] = ()
    documents: dict[Book, Document] = field(default_factory=dict)

    def count(self, book: Book) -> int:
        """How many entries a register has."""
        entries: tuple[BaseModel, ...] = getattr(self, book)
        return len(entries)

    def intent(self, book: Book, index: int) -> Intent:
        """Where the entry of that place in its list is written down."""
        return intent_of(self.documents[book], (book, index))


def books_of(site: Site) -> tuple[Book, ...]:
    """The registers that this site must have or has."""
    return (*BOOKS, "domains") if site.register("domains").is_file() else BOOKS


def read_books(site: Site, books: Iterable[Book] = BOOKS) -> Books:
    """Read them, each mistake of all of them noted in `problems`; a wrong register has no entries."""
    found = Books(site)
    for book in books:
        try:
            register, document = load_with_lines(site.register(book), _MODELS[book])
        except RegisterError as error:
            found.problems[book] = error.problems or [error]
            continue
        found.problems[book] = []
        found.documents[book] = document
        for name in type(register).model_fields:
            setattr(found, name, getattr(register, name))
    for book, problem in _across(found):
        found.problems[book].append(problem)
    return found


def open_books(site: Site, *books: Book) -> Books:
    """Read those registers, to be judged. Raises RegisterError with every mistake of all of them.

    The first one is what is judged: without an entry in it there is nothing to audit, which is no clean audit.
    """
    found = sound_books(site, books)
    if not found.count(books[0]):
        raise RegisterError(
            "there is nothing to audit: the register is empty",
            path=found.documents[books[0]].path,
            key=books[0],
            mend="write down what there is: docs/licenses.md and docs/calendar.md have every key",
        )
    return found


def sound_books(site: Site, books: Iterable[Book]) -> Books:
    """Read those registers. Raises RegisterError with every mistake of all of them; empty ones are no mistake."""
    chosen = tuple(books)
    found = read_books(site, chosen)
    problems = [problem for book in chosen for problem in found.problems[book]]
    if problems:
        count = f"{len(problems)} mistakes" if len(problems) > 1 else "a mistake"
        raise RegisterError(f"the registers have {count}; nothing was audited", problems=problems)
    return found


def _across(found: Books) -> Iterator[tuple[Book, MuhtarError]]:
    """What is wrong only beside other entries: references that lead nowhere, a serial number on two assets."""
    yield from _twice(found)
    yield from _renewals(found)
    yield from _products(found)
    document = found.documents.get("contracts")
    if document is None:
        return
    contracts = {contract.id: contract for contract in found.contracts}
    for index, entry in enumerate(found.licenses):
        if entry.contract not in contracts:
            place = ("licenses", index, "contract")
            yield "licenses", found.documents["licenses"].problem(_lost(entry.contract, contracts), place, mend=_mend(document))
    for index, asset in enumerate(found.assets):
        for number, name in enumerate(asset.contracts):
            at = found.documents["assets"]
            at_name: Place = ("assets", index, "contracts", number)
            if name not in contracts:
                yield "assets", at.problem(_lost(name, contracts), at_name, mend=_mend(document))
            elif contracts[name].kind not in COVERING:
                said = f"the contract {name!r} is of kind {contracts[name].kind}, which is no cover for an asset"
                yield "assets", at.problem(said, at_name, mend=f"name one of kind {', '.join(sorted(COVERING))}")


def _products(found: Books) -> Iterator[tuple[Book, MuhtarError]]:
    """Licenses whose product no rule knows. Mistakes of the register of products itself are that register's."""
    named = [(index, entry.discovered) for index, entry in enumerate(found.licenses) if entry.discovered]
    if not named:
        return
    try:
        products = Catalogue.of(found.site).products
    except RegisterError:
        return
    for index, name in named:
        if name not in products:
            near = difflib.get_close_matches(name, products, 1)
            said = f"there is no product {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
            mend = "name a product that is known, or write its rule into registers/products.yml"
            yield "licenses", found.documents["licenses"].problem(said, ("licenses", index, "discovered"), mend=mend)


def _renewals(found: Books) -> Iterator[tuple[Book, MuhtarError]]:
    licenses = {entry.id: entry for entry in found.licenses}
    for index, entry in enumerate(found.licenses):
        if entry.renews is None:
            continue
        before = licenses.get(entry.renews)
        if before is None:
            said = f"there is no license {entry.renews!r} to renew"
        elif before.end is None:
            said = f"the license {entry.renews!r} is open-ended: there is nothing to renew"
        elif entry.start <= before.start:
            said = f"begins on {entry.start}, no later than the license {entry.renews!r} that it renews"
        else:
            continue
        document = found.documents["licenses"]
        yield "licenses", document.problem(said, ("licenses", index, "renews"), mend="name the entry of the term before this one")


def _lost(name: str, contracts: dict[str, Contract]) -> str:
    near = difflib.get_close_matches(name, contracts, 1) if len(contracts) <= _SEARCHED else []
    return f"there is no contract {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _mend(contracts: Document) -> str:
    return f"write the contract into {contracts.path.name}, or correct its id here"


def _twice(found: Books) -> Iterator[tuple[Book, MuhtarError]]:
    seen: dict[tuple[str, str], int] = {}
    for index, asset in enumerate(found.assets):
        first = seen.setdefault((loose(asset.maker), loose(asset.serial)), index)
        if first != index:
            document = found.documents["assets"]
            said = f"the serial number {asset.serial!r} is that of {found.assets[first].id} too"
            place = ("assets", index, "serial")
            mend = f"correct one of them (the other is on line {document.line(('assets', first, 'serial'))})"
            yield "assets", document.problem(said, place, mend=mend)
    kinds: dict[str, int] = {}
    for index, exempt in enumerate(found.exempt_kinds):
        if kinds.setdefault(exempt.kind, index) != index:
            place = ("exempt_kinds", index, "kind")
            yield "assets", found.documents["assets"].problem(f"the kind {exempt.kind!r} is exempt twice", place, mend="keep one")
