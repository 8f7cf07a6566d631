"""The technical specification (teknik şartname) of a directorate as DOCX.

It goes to bidders. So it holds no amount of money: the estimated cost is confidential (law 4734, article 9). Makers and models
are named only where existing devices are maintained, products where an existing license is renewed or added to (article 12).
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from muhtar.license.register import License
from muhtar.procurement.documents.archive import of_day
from muhtar.procurement.documents.columns import TURKISH
from muhtar.procurement.documents.forms import day, number
from muhtar.procurement.documents.paper import (
    WIDTH,
    article,
    bare_table,
    blank_paper,
    bold,
    clause,
    line,
    subtitle,
    table,
    whole,
)
from muhtar.procurement.documents.wording import ARTICLES, clauses
from muhtar.procurement.model import Action, Line, Lot, Purchase
from muhtar.turkish import capitals

__all__ = ["specification"]

_THINGS = {"hardware": "donanım", "software": "yazılım lisansları", "maintenance": "bakım ve onarım hizmetleri"}
_MONTH = 365.25 / 12
_DOTS = "……………………………"
_ROLES = (("Hazırlayan", "prepared"), ("Kontrol Eden", "checked"), ("Onaylayan", "approved"))


def specification(purchase: Purchase, directorate: str) -> bytes:
    """The bytes of one directorate's specification; the same list gives the same. It must have a line on the list."""
    lines = [one for one in purchase.lines if one.directorate == directorate]
    about = purchase.about
    paper = blank_paper(f"{directorate} – {about.year} Teknik Şartname")
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = f"Teknik Şartname {about.year}", about.department, ""
    properties.last_modified_by, properties.language = about.department, "tr-TR"
    _head(paper, purchase, directorate)
    lots = list({one.lot.id: one.lot for one in lines}.values())
    kinds = {lot.kind for lot in lots}
    places = {
        "municipality": about.municipality,
        "department": about.department,
        "directorate": directorate,
        "year": str(about.year),
        "things": _joined([_THINGS[kind] for kind in _THINGS if kind in kinds]),
    }
    for at, (name, title) in enumerate(ARTICLES.items(), 1):
        article(paper, at, title)
        told = list(clauses(name, set(kinds), places))
        if name == "general":
            told += [(text, False) for text in purchase.register.general_terms]
        for part, (text, leads) in enumerate(told, 1):
            clause(paper, f"{at}.{part}", text, leads=leads or name in {"technical", "signature"})
            if leads:
                _table_of(paper, name, lines, lots)
        if name == "technical":
            _technical(paper, purchase, at, lots, lines)
    _signatures(paper, purchase)
    _annex(paper, purchase, lines)
    written = io.BytesIO()
    paper.save(written)
    return of_day(written.getvalue(), about.day)


def _head(paper: Paper, purchase: Purchase, directorate: str) -> None:
    about = purchase.about
    line(paper, "T.C.", size=12, strong=True, centre=True)
    line(paper, capitals(about.municipality), size=12, strong=True, centre=True)
    line(paper, about.department, size=12, centre=True, after=14)
    row = bare_table(paper, 2, [WIDTH - 4, 4])
    row.cell(0, 0).paragraphs[0].add_run(f"Sayı\t: {_DOTS}")
    row.cell(1, 0).paragraphs[0].add_run(f"Konu\t: Teknik şartname ({directorate}, {about.year} bütçe yılı)")
    row.cell(0, 1).paragraphs[0].add_run(day(about.day))
    row.cell(0, 1).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title = line(paper, "TEKNİK ŞARTNAME", size=14, strong=True, centre=True, after=6)
    title.paragraph_format.space_before = Pt(8)


def _table_of(paper: Paper, name: str, lines: Sequence[Line], lots: Sequence[Lot]) -> None:
    """The one table that an article has."""
    if name == "scope":
        _scope(paper, lines)
        return
    things = [lot for lot in lots if lot.kind == "hardware"]
    if name == "warranty":
        rows = [[str(at), lot.name, f"En az {lot.years} yıl"] for at, lot in enumerate(things, 1)]
        table(paper, ["Sıra", "Donanım", "Garanti süresi"], [1.3, 10.2, 5], rows)
    else:
        rows = [[str(at), lot.name, f"En çok {lot.lead} takvim günü"] for at, lot in enumerate(things, 1)]
        table(paper, ["Sıra", "Donanım", "Teslim süresi"], [1.3, 10.2, 5], rows)


def _scope(paper: Paper, lines: Sequence[Line]) -> None:
    """What is bought: reasons and dates are the list's affair, and so lines that differ in them alone are one."""
    sums: dict[tuple[str, str, str, Action, str], int] = defaultdict(int)
    for one in lines:
        sums[one.lot.kind, one.lot.name, one.what, one.action, one.unit.text(TURKISH)] += one.quantity
    rows = [
        [str(at), lot if kind != "software" else f"{lot}: {what}", TURKISH(f"buy.action.{action.value}"), number(quantity), unit]
        for at, ((kind, lot, what, action, unit), quantity) in enumerate(sums.items(), 1)
    ]
    table(paper, ["Sıra", "Alım konusu", "İşlem", "Miktar", "Birim"], [1.3, 7.9, 3.1, 1.8, 2.4], rows, {3})


def _technical(paper: Paper, purchase: Purchase, at: int, lots: Sequence[Lot], lines: Sequence[Line]) -> None:
    for part, lot in enumerate(lots, 2):
        own = [one for one in lines if one.lot.id == lot.id]
        units = {one.unit.text(TURKISH) for one in own}
        many = (
            f" ({number(sum(one.quantity for one in own))} {units.pop()})" if len(units) == 1 and lot.kind != "software" else ""
        )
        subtitle(paper, f"{at}.{part}. {lot.name}{many}")
        if lot.kind == "software":
            _licenses(paper, purchase, own)
        rows = [[str(place), wanted.item, wanted.wanted] for place, wanted in enumerate(lot.requirements, 1)]
        table(paper, ["Sıra", "Özellik", "İstenen asgari değer"], [1.3, 4.2, 11], rows)


def _licenses(paper: Paper, purchase: Purchase, lines: Sequence[Line]) -> None:
    rows = [
        [
            *(one.what, TURKISH(f"buy.action.{one.action.value}"), number(one.quantity), one.unit.text(TURKISH)),
            _term(one.action, purchase.licenses[one.entries[0]], purchase.about.day),
        ]
        for one in lines
    ]
    table(paper, ["Ürün", "İşlem", "Miktar", "Birim", "Lisans süresi"], [5.2, 2.2, 1.8, 3, 4.3], rows, {2})


def _term(action: Action, entry: License, today: date) -> str:
    """A renewal lasts as long as the term before; what is added ends with what is there."""
    if entry.end is None:
        return "süresiz"
    months = max(round(((entry.end - entry.start).days + 1) / _MONTH), 1)
    if action is Action.RENEWAL:
        return f"{months} ay"
    return f"{day(entry.end)} tarihine kadar" if entry.in_force(today) else f"yenilenen süre kadar ({months} ay)"


def _signatures(paper: Paper, purchase: Purchase) -> None:
    """Kept together on one page."""
    row = bare_table(paper, 1, [WIDTH / 3] * 3)
    whole(row.rows[0])
    for cell, (title, key) in zip(row.rows[0].cells, _ROLES, strict=True):
        signer = getattr(purchase.register.signatures, key)
        bold(cell, [("", False), (title, True), ("…… / …… / ………", False), ("", False), ("", False)])
        for text, strong in ((signer.name or _DOTS, True), (signer.title, False), ("(imza)", False)):
            found = cell.add_paragraph()
            found.alignment = WD_ALIGN_PARAGRAPH.CENTER
            found.add_run(text).bold = strong


def _annex(paper: Paper, purchase: Purchase, lines: Sequence[Line]) -> None:
    """EK-1: the devices whose maintenance is bought. Who bids must know them."""
    upkeep = [one for one in lines if one.lot.kind == "maintenance"]
    if not upkeep:
        return
    head = line(paper, "EK-1: BAKIMI YAPILACAK CİHAZLAR", size=12, strong=True, centre=True, after=8)
    head.paragraph_format.page_break_before = True
    rows: list[list[str]] = []
    for one in upkeep:
        for name in one.entries:
            asset = purchase.assets[name]
            rows.append([str(len(rows) + 1), one.what, asset.id, asset.maker, asset.model, asset.serial])
    table(paper, ["Sıra", "Tür", "Demirbaş", "Marka", "Model", "Seri no"], [1.3, 4, 2.4, 3.4, 2.6, 2.8], rows)


def _joined(things: Sequence[str]) -> str:
    """`a, b ile c`: some of them have a `ve` of their own."""
    return " ile ".join([", ".join(things[:-1]), things[-1]]) if len(things) > 1 else things[0]
