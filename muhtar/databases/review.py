"""The list of who may do what, as the head of each directorate reads and signs it. Pure; in Turkish, as its readers are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from muhtar.databases.check import View
from muhtar.databases.declared import Declared
from muhtar.databases.held import Holdings, Way
from muhtar.databases.model import Account, Right, Seen
from muhtar.databases.reach import BY_SET_ROLE
from muhtar.databases.register import PUBLIC, Entry
from muhtar.databases.review_words import declared_text, held_text, marks
from muhtar.errors import MuhtarError
from muhtar.turkish import alphabetical

__all__ = ["COLUMNS", "Line", "Review", "Section", "half_year", "review"]

COLUMNS = (
    "Sunucu", "Hesap", "Tür", "Kim / ne için", "Sorumlu", "Veri tabanı", "Tanımlanan yetki", "Fiilen yapabildiği", "Nereden",
    "Bitiş", "Son giriş", "Durum", "Gerekçe",
)  # fmt: skip
NOBODYS = "Sahibi bilinmeyen hesaplar"
"""Accounts that nobody declared: the directorate that they belong to is the question."""
OWN = "Sunucu rolünün kendi hesapları"
"""Accounts that role postgresql keeps, and no entry of the register speaks of."""

_KINDS = {"person": "kişi", "service": "hizmet", "group": "grup"}
_WAYS: dict[Way, str] = {"superuser": "yönetici hesap", "grant": "kendi yetkisi", "owner": "sahibi", "public": "herkes (PUBLIC)"}
_LOGINS = {
    "connected now": "şu an bağlı",
    "since the server's start": "sunucu açıldıktan sonra",
    "not since the server's start": "sunucu açıldığından beri yok",
}
_DORMANT = "not since the server's start"


@dataclass(frozen=True)
class Line:
    """One row, a text for each of COLUMNS. `marked`: something about it is for the reader to decide."""

    cells: tuple[str, ...]
    marked: bool


@dataclass(frozen=True)
class Section:
    """What one head signs."""

    directorate: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Review:
    """The whole list, as of a day. `blind`: servers, or parts of them, that nobody could look at, and why."""

    town: str
    day: date
    period: str
    sections: tuple[Section, ...]
    blind: tuple[str, ...]


def half_year(day: date) -> str:
    """The period of a review, as it stands on the paper."""
    return f"{day.year} Ocak–Haziran" if day.month <= 6 else f"{day.year} Temmuz–Aralık"


def review(town: str, views: Sequence[View], day: date, period: str | None = None) -> Review:
    """Each account of each server in the section of its directorate; what could not be looked at is named, never left out."""
    sections: dict[str, list[Line]] = defaultdict(list)
    blind: list[str] = []
    for view in views:
        if view.looked.seen is None:
            error = view.looked.error
            blind.append(f"{view.target.name}: {error.message if isinstance(error, MuhtarError) else error}")
            continue
        blind += [f"{view.target.name}: {text}" for text in view.seen.blind]
        server = _Server(view, Holdings(view.declared, view.looked.seen), marks(view.differences), day)
        for directorate, line in server.lines(view.looked.seen):
            sections[directorate].append(line)
    last = {NOBODYS: 2, OWN: 1}
    order = sorted(sections, key=lambda name: (last.get(name, 0), alphabetical(name)))
    made = tuple(Section(name, tuple(sections[name])) for name in order)
    return Review(town, day, period or half_year(day), made, tuple(blind))


@dataclass(frozen=True)
class _Server:
    """One server, and what is worked out of it once."""

    view: View
    holdings: Holdings
    told: Mapping[tuple[str, str], Sequence[str]]
    day: date

    def lines(self, seen: Seen) -> Iterator[tuple[str, Line]]:
        """Each account in each of its databases, with the directorate that answers for it."""
        for name in sorted({*self.view.declared, *seen.accounts}):
            account, one = seen.accounts.get(name), self.view.declared.get(name)
            if account is not None and account.builtin:
                continue
            directorate = one.entry.directorate if one and one.entry else OWN if one else NOBODYS
            for database in _databases(one, self.holdings, name) or [""]:
                yield directorate, _line(self, name, account, database)


def _line(server: _Server, name: str, account: Account | None, database: str) -> Line:
    one, holdings, told = server.view.declared.get(name), server.holdings, server.told
    entry = one.entry if one else None
    held = {right for right in _held(holdings, name) if _of(right) == database}
    states = [*told.get((name, ""), ()), *(told.get((name, database), ()) if database else ())]
    quiet = account is not None and account.login and account.seen in {"unknown", _DORMANT}
    if account is not None and account.superuser:
        states.append("YÖNETİCİ: her şeyi yapabilir")
    if account is not None and account.valid_until and account.valid_until < datetime.combine(server.day, time(), UTC):
        states.append("PAROLASININ SÜRESİ DOLDU")
    if quiet:
        states.append("ATIL" if account and account.seen == _DORMANT else "kullanıldığı bilinmiyor")
    ends = [end for end in (entry.until if entry else None, *_ends(entry, database)) if end]
    ways = holdings.ways(name, held) if account is not None else []
    cells = (
        server.view.target.name,
        "herkes (PUBLIC)" if name == PUBLIC else name,
        _KINDS[entry.kind] if entry else "?",
        entry.who if entry else "",
        entry.owner if entry else "",
        "bütün sunucu" if database == "*" else database,
        declared_text(entry, database),
        held_text(held),
        ", ".join(
            dict.fromkeys(
                f"üyelik: {how.replace(BY_SET_ROLE, '(SET ROLE ile)')}" if way == "member" else _WAYS[way] for way, how in ways
            )
        ),
        min(ends).strftime("%d.%m.%Y") if ends else "süresiz",
        _LOGINS.get(account.seen, "bilinmiyor" if account.login else "giremez") if account else "",
        "; ".join(dict.fromkeys(states)) or "uygun",
        entry.reason if entry else "",
    )
    return Line(cells, bool(states))


def _held(holdings: Holdings, name: str) -> set[Right]:
    """What came with the program says nothing about this account."""
    rights = holdings.of_public if name == PUBLIC else holdings.could(name)
    return {right for right in rights if right not in holdings.given}


def _of(right: Right) -> str:
    return "*" if right.thing.kind == "server" else right.thing.database


def _databases(one: Declared | None, holdings: Holdings, name: str) -> list[str]:
    declared = {right.database for right in one.entry.rights} if one and one.entry else set()
    return sorted(declared | {_of(right) for right in _held(holdings, name)})


def _ends(entry: Entry | None, database: str) -> list[date | None]:
    return [right.until for right in entry.rights if right.database == database] if entry else []
