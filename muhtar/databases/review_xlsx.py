"""The review as a workbook: a sheet for each directorate, ready for paper. Nothing in a cell is ever a formula."""

from __future__ import annotations

import io
import math
import re

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from muhtar.databases.review import COLUMNS, Review, Section

__all__ = ["workbook"]

_DECISIONS = ("Karar: kalsın, kaldırılsın", "Açıklama")
_WIDTHS = (9, 14, 8, 15, 15, 9, 17, 26, 19, 11, 11, 20, 12, 14, 12)
# Points of height that a line of text needs; spreadsheets make a row as high as its text only when it is typed in.
_HEIGHT = 13.5
# What a spreadsheet would take for the beginning of a formula when the list is pasted, or saved as CSV and opened.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_MARK = PatternFill("solid", fgColor="FDE2DF")
_LINE = Border(*(Side(style="thin", color="B8BEC9"),) * 4)


def workbook(review: Review) -> bytes:
    """The XLSX file."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    titles: set[str] = set()
    for section in review.sections or (Section("Hesap yok", ()),):
        _sheet(book.create_sheet(_title(section.directorate, titles)), review, section)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(name: str, taken: set[str]) -> str:
    plain = _FORBIDDEN.sub(" ", name).strip("' ") or "Müdürlük"
    title, number = plain[:_LONGEST_TITLE], 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: _LONGEST_TITLE - 4]} {number}"
    taken.add(title.casefold())
    return title


def _sheet(sheet: Worksheet, review: Review, section: Section) -> None:
    width = len(COLUMNS) + len(_DECISIONS)
    _put(sheet, (1, 1), "Veri tabanı erişim yetkileri gözden geçirme listesi").font = Font(name="Calibri", bold=True, size=14)
    _put(sheet, (2, 1), section.directorate).font = Font(name="Calibri", bold=True, size=12)
    _put(sheet, (3, 1), f"{review.town} · dönem: {review.period} · tarih: {review.day:%d.%m.%Y}")
    row = 4
    for text in review.blind:
        _put(sheet, (row, 1), f"BAKILAMADI, liste eksiktir: {text}").font = Font(name="Calibri", bold=True, color="B3231D")
        row += 1
    row += 1
    for column, text in enumerate((*COLUMNS, *_DECISIONS), 1):
        head = _put(sheet, (row, column), text)
        head.font, head.fill, head.border = Font(name="Calibri", bold=True, color="FFFFFF"), _HEAD, _LINE
        head.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[row].height = 3 * _HEIGHT
    sheet.freeze_panes = f"C{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"
    for line in section.lines:
        row += 1
        for column, text in enumerate((*line.cells, *("" for _ in _DECISIONS)), 1):
            written = _put(sheet, (row, column), text)
            written.border, written.alignment = _LINE, Alignment(wrap_text=True, vertical="top")
            if line.marked:
                written.fill = _MARK
        sheet.row_dimensions[row].height = _HEIGHT * max(map(_lines, line.cells, _WIDTHS))
    for offset, text in enumerate(_signature(section)):
        _put(sheet, (row + 2 + offset, 1), text)
    for column in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.5)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="Sayfa &P / &N"))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; words are not cut, so somewhat more than its length says."""
    return max(1, math.ceil(len(text) * 1.2 / width))


def _signature(section: Section) -> list[str]:
    return [
        "Yukarıdaki hesapları ve yetkileri gözden geçirdim; kararlarım satırlarda yazılıdır.",
        f"{section.directorate} · Ad soyad: ______________________   Unvan: ______________________",
        "Tarih: ____ / ____ / ________      İmza: ______________________",
    ]


def _put(sheet: Worksheet, place: tuple[int, int], text: str) -> Cell:
    """Text as text, whatever it begins with."""
    cell = sheet.cell(*place)
    if not isinstance(cell, Cell):
        msg = f"{place} is part of a merged cell"
        raise TypeError(msg)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell
