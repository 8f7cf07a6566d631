"""What the registers put into the calendar. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from muhtar.deadlines import Deadline, Kind
from muhtar.license.books import Books
from muhtar.license.contracts import COVERING, Contract
from muhtar.license.domains import Domain
from muhtar.license.register import License
from muhtar.license.terms import Terms, follows
from muhtar.warranty.cover import cover_of
from muhtar.warranty.judge import unneeded
from muhtar.words import count, some

__all__ = ["of_contracts", "of_domains", "of_licenses"]

_NAMED = 5


def of_licenses(licenses: Sequence[License], day: date) -> Iterator[Deadline]:
    """The term of each that ends, and the maker's support of each of which it is known.

    It is renewed where another one follows without a gap, or has begun by that day: as license.audit has it.
    """
    after = Terms.of(licenses).after
    for entry in licenses:
        about = f"{entry.publisher}; {count(entry.quantity, entry.metric.replace('_', ' '))}; contract {entry.contract}"
        if entry.end:
            renewal = after.get(entry.id)
            yield Deadline(
                kind=Kind.LICENSE,
                id=entry.id,
                title=entry.product,
                about=about,
                start=entry.start,
                end=entry.end,
                order_by=entry.order_by,
                notices=entry.thresholds_days,
                renewed_by=renewal.id if renewal and follows(renewal.start, entry.end, day) else None,
            )
        if entry.support_ends:
            yield Deadline(
                kind=Kind.MAKER,
                id=entry.id,
                title=entry.product,
                about=about,
                end=entry.support_ends,
                notices=entry.thresholds_days,
            )


def of_contracts(books: Books, day: date) -> Iterator[Deadline]:
    """Each contract that is cover for assets, and ends. Those of kind license are in the calendar by their licenses.

    Where every asset in use on that day is covered beyond its end by others, these renew it. Where nothing relies on it, nobody
    is to be told.
    """
    exempt = {item.kind: item.reason for item in books.exempt_kinds}
    contracts = {entry.id: entry for entry in books.contracts}
    assets, last, others = Counter[str](), Counter[str](), defaultdict[str, set[str]](set)
    for names, number in Counter(asset.contracts for asset in books.assets if not unneeded(asset, exempt, day)).items():
        cover = cover_of(contracts[name] for name in names)
        for name in names:
            assets[name] += number
            last[name] += number if contracts[name].end == cover.last else 0
            others[name] |= {other for other in names if _later(contracts[other], contracts[name])}
    licenses = Counter(entry.contract for entry in books.licenses)
    for entry in books.contracts:
        if entry.end is None or entry.kind not in COVERING:
            continue
        relied = assets[entry.id] + licenses[entry.id]
        renewed = relied and not last[entry.id] and not licenses[entry.id]
        used = [count(assets[entry.id], "asset"), *([count(licenses[entry.id], "license")] if licenses[entry.id] else [])]
        yield Deadline(
            kind=Kind(entry.kind),
            id=entry.id,
            title=f"{entry.id} {entry.supplier}",
            about=", ".join(used),
            start=entry.start,
            end=entry.end,
            order_by=entry.order_by if relied else None,
            notices=entry.thresholds_days if relied else (),
            renewed_by=some(sorted(others[entry.id]), _NAMED) or None if renewed else None,
            visit_every=entry.visit_every_days,
        )


def _later(one: Contract, other: Contract) -> bool:
    return other.end is not None and (one.end is None or one.end > other.end)


def of_domains(domains: Iterable[Domain]) -> Iterator[Deadline]:
    """Each domain."""
    for entry in domains:
        yield Deadline(
            kind=Kind.DOMAIN,
            id=entry.id,
            title=entry.id,
            about=entry.registrar,
            start=entry.start,
            end=entry.end,
            order_by=entry.order_by,
            notices=entry.thresholds_days,
        )
