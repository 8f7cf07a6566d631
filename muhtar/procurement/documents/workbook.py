"""The list as XLSX: lines, lots with their ways of buying, sums by directorate, assets, and what became of every entry."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence

from openpyxl.workbook import Workbook

from muhtar.procurement.documents.archive import of_day
from muhtar.procurement.documents.columns import COLUMNS, TURKISH, Value, rows
from muhtar.procurement.documents.forms import amount, day
from muhtar.procurement.documents.sheet import Below, Head, fill
from muhtar.procurement.model import Line, Priced, Purchase
from muhtar.procurement.routes import rates_on
from muhtar.procurement.values import Money
from muhtar.turkish import alphabetical

__all__ = ["workbook"]

_CURRENCIES = ("TRY", "USD", "EUR")
_BOOKS = {"licenses": "lisans", "assets": "demirbaş"}


def workbook(purchase: Purchase) -> bytes:
    """The bytes of the file; the same list gives the same."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = book.properties.lastModifiedBy = purchase.about.department
    book.properties.title = f"{purchase.about.year} satın alma listesi"
    columns = [("Sıra", 5.5), *((column.title, column.width) for column in COLUMNS)]
    lines = ([number, *values] for number, values in enumerate(rows(purchase), 1))
    fill(book, Head("Alım listesi", _titles(purchase, "SATIN ALMA LİSTESİ"), columns), lines, Below(_sums(purchase)))
    titles = _titles(purchase, "ALIM KONULARI VE USULLERİ")
    fill(book, Head("Alım konuları", titles, _LOT_HEAD), _lots(purchase), Below(notes=_basis(purchase)))
    whole = Below(sums=[_owner("Toplam", purchase.lines)])
    fill(book, Head("Müdürlükler", _titles(purchase, "MÜDÜRLÜKLERE GÖRE TOPLAMLAR"), _OWNER_HEAD), _owners(purchase), whole)
    titles = _titles(purchase, "YENİLENECEK VE BAKIMI YAPTIRILACAK DEMİRBAŞLAR")
    fill(book, Head("Demirbaşlar", titles, _ASSET_HEAD), _assets(purchase))
    fill(book, Head("Döküm", _titles(purchase, "BÜTÜN KAYITLARIN DÖKÜMÜ"), _ENTRY_HEAD), _entries(purchase))
    written = io.BytesIO()
    book.save(written)
    return of_day(written.getvalue(), purchase.about.day)


def _titles(purchase: Purchase, title: str) -> list[str]:
    about = purchase.about
    whose = about.directorate or about.department
    return [
        f"{about.municipality} – {whose}",
        f"{about.year} BÜTÇE YILI {title}",
        f"{day(about.day)} tarihli kayıtlara göre. Tutarlar yaklaşık maliyettir; gizlidir (4734 sayılı Kanun, madde 9).",
    ]


def _sums(purchase: Purchase) -> Iterator[list[Value]]:
    """One row a currency, under the columns of the amounts."""
    at = [column.money for column in COLUMNS].index(True) + 1
    for money in Money.sums(line.money for line in purchase.lines if line.money).values():
        row: list[Value] = [None] * (len(COLUMNS) + 1)
        row[at - 1] = "Toplam"
        row[at : at + 3] = [money.net, money.gross, money.currency]
        yield row


_LOT_HEAD = [
    *(("Alım konusu", 34.0), ("Tür", 10.0), ("Kalem", 7.0), ("Miktar", 9.0)),
    *((f"KDV hariç {currency}", 16.0) for currency in ("TL", "USD", "EUR")),
    *(("TL karşılığı, KDV hariç", 18.0), ("TL karşılığı, KDV dâhil", 18.0), ("En geç sipariş", 11.5)),
    *(("Alım usulü (4734)", 22.0), ("Usulün dayanağı", 42.0)),
]


def _lots(purchase: Purchase) -> Iterator[list[Value]]:
    """Of the whole town: the law looks at a lot as a whole."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in purchase.lines:
        lines[line.lot.id].append(line)
    for name, priced in purchase.lots.items():
        if name in lines:
            yield _lot(priced, lines[name])


def _lot(priced: Priced, lines: list[Line]) -> list[Value]:
    kind = {"goods": "mal", "services": "hizmet"}[priced.lot.nature]
    return [
        # Seats and cores are not added up.
        *(priced.lot.name, kind, len(lines), None if priced.lot.kind == "software" else sum(line.quantity for line in lines)),
        *(priced.sums[currency].net if currency in priced.sums else None for currency in _CURRENCIES),
        *((priced.lira.net, priced.lira.gross) if priced.lira else (None, None)),
        *(priced.latest, TURKISH(f"buy.route.{priced.route.value}"), priced.because.text(TURKISH)),
    ]


def _basis(purchase: Purchase) -> Iterator[str]:
    """The limits and rates that the ways were found by, with their sources."""
    limits = purchase.limits
    yield f"{limits.year} sınırları (KDV hariç): 22/d {amount(limits.direct, 'TRY')}, 21/f {amount(limits.negotiated, 'TRY')}"
    yield f"Sınırların kaynağı: {limits.source}"
    for name, share in (("mal", limits.goods), ("hizmet", limits.services)):
        bound = amount(share.appropriation * limits.share_percent / 100, "TRY")
        spent = f"% {limits.share_percent} payı {bound}, harcanan {amount(share.spent, 'TRY')}"
        yield f"62/ı, {name} alımları: ödenek {amount(share.appropriation, 'TRY')}, {spent}"
    for rate in rates_on(purchase.register.rates, purchase.about.day).values():
        yield f"1 {rate.currency} = {f'{rate.lira:.4f}'.replace('.', ',')} TL, {day(rate.on)}, {rate.source}"


_OWNER_HEAD = [
    ("Müdürlük", 44.0),
    ("Kalem", 8.0),
    *((f"KDV dâhil {currency}", 20.0) for currency in ("TL", "USD", "EUR")),
    ("Fiyatı bilinmeyen kalem", 14.0),
]


def _owners(purchase: Purchase) -> Iterator[list[Value]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in purchase.lines:
        lines[line.directorate].append(line)
    for name in sorted(lines, key=alphabetical):
        yield _owner(name, lines[name])


def _owner(name: str, own: Sequence[Line]) -> list[Value]:
    sums = Money.sums(line.money for line in own if line.money)
    amounts = [sums[currency].gross if currency in sums else None for currency in _CURRENCIES]
    return [name, len(own), *amounts, sum(1 for line in own if line.money is None)]


_ASSET_HEAD = [
    *(("Demirbaş", 14.0), ("Müdürlük", 40.0), ("Marka", 22.0), ("Model", 20.0), ("Seri no", 20.0)),
    *(("Alım tarihi", 12.0), ("İşlem", 18.0), ("Gerekçe", 42.0), ("En geç sipariş", 12.0)),
]


def _assets(purchase: Purchase) -> Iterator[list[Value]]:
    for entry in purchase.judged:
        if entry.book == "assets" and entry.needs:
            asset, need = purchase.assets[entry.id], entry.needs[0]
            yield [
                *(entry.id, entry.directorate, asset.maker, asset.model, asset.serial, asset.purchased),
                *(TURKISH(f"buy.action.{need.action.value}"), need.reason.text(TURKISH), need.latest),
            ]


_ENTRY_HEAD = [("Kayıt", 12.0), ("No", 24.0), ("Müdürlük", 42.0), ("Sonuç", 20.0), ("Açıklama", 80.0)]


def _entries(purchase: Purchase) -> Iterator[list[Value]]:
    for entry in purchase.judged:
        parts = [need.reason for need in entry.needs] + list(entry.also)
        if not entry.needs or entry.unjudged:
            parts.insert(0, entry.said)
        why = "; ".join(part.text(TURKISH) for part in parts)
        yield [_BOOKS[entry.book], entry.id, entry.directorate, TURKISH(f"buy.standing.{entry.standing.value}"), why]
