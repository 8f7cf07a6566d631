"""A sheet of a workbook as an office prints it: title, frozen head that is repeated on each page, A4 across, page numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as _Part
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from muhtar.procurement.documents.columns import Value

__all__ = ["Below", "Head", "fill"]

_FONT = "Calibri"
_THIN = Side(style="thin", color="A6A6A6")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
# 41F is Turkish: the separators are Turkish ones whatever language the reader's spreadsheet has.
_AMOUNT, _WHOLE = "[$-41F]#,##0.00", "[$-41F]#,##0"
_FORMATS = {
    "text": "General",
    "day": "dd.mm.yyyy",
    "year": "0",
    "whole": _WHOLE,
    "amount": _AMOUNT,
    "TRY": f'{_AMOUNT}" TL"',
    "USD": f'{_AMOUNT}" USD"',
    "EUR": f'{_AMOUNT}" EUR"',
}
_CURRENCIES = ("TRY", "USD", "EUR")
# The height of a line of text in points, and how many letters of ours fit where Excel counts one of its default font.
_LINE, _LETTERS = 12.75, 1.25
# A year is no amount: 2.027 would be one.
_YEARS = range(1990, 2200)


@dataclass(frozen=True)
class Head:
    """What stands over the table: lines of a title, then the columns as (title, width in characters). `name`: of the sheet."""

    name: str
    titles: Sequence[str]
    columns: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Below:
    """What stands under it: rows of sums, in bold, and remarks."""

    sums: Iterable[Sequence[Value]] = ()
    notes: Iterable[str] = ()


def fill(book: Workbook, head: Head, rows: Iterable[Sequence[Value]], below: Below = Below()) -> None:
    """A new sheet. Text is text, even where it looks like a formula.

    Where a row has a currency (TRY, USD, EUR) its amounts are shown in it.
    """
    _styles(book)
    sheet: Worksheet = book.create_sheet(head.name)
    for number, text in enumerate(head.titles, 1):
        _set(sheet, (number, 1), text, ("owner", "title", "note")[min(number, 3) - 1])
    top = len(head.titles) + 2
    for column, (title, width) in enumerate(head.columns, 1):
        _set(sheet, (top, column), title, "head")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[top].height = 30
    at = top
    widths = [width for _, width in head.columns]
    for at, values in enumerate(rows, top + 1):
        _row(sheet, at, values)
        sheet.row_dimensions[at].height = _height(values, widths)
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(head.columns))}{at}"
    line = at + 2
    for values in below.sums:
        _row(sheet, line, values, "sum ")
        line += 1
    for text in below.notes:
        _set(sheet, (line, 1), text, "note")
        line += 1
    sheet.freeze_panes = f"A{top + 1}"
    _for_paper(sheet, top, head.name)


def _styles(book: Workbook) -> None:
    """The looks of cells, each once in a workbook: to give each cell its own takes seconds."""
    if "head" in book.named_styles:
        return
    head = NamedStyle("head")
    head.font, head.border = Font(name=_FONT, size=10, bold=True, color="FFFFFF"), _BORDER
    head.fill = PatternFill("solid", fgColor="1F3864")
    head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    book.add_named_style(head)
    book.add_named_style(NamedStyle("owner", font=Font(name=_FONT, size=11, bold=True)))
    book.add_named_style(NamedStyle("title", font=Font(name=_FONT, size=13, bold=True)))
    book.add_named_style(NamedStyle("note", font=Font(name=_FONT, size=10)))
    for kind, form in _FORMATS.items():
        for prefix in ("", "sum "):
            style = NamedStyle(prefix + kind, number_format=form)
            style.font, style.border = Font(name=_FONT, size=10, bold=bool(prefix)), _BORDER
            side = "left" if kind == "text" else "center" if kind in {"day", "year"} else "right"
            indent = 0 if side == "center" else 1
            style.alignment = Alignment(
                horizontal=side, vertical="center", indent=indent, wrap_text=kind == "text" and not prefix
            )
            if prefix:
                style.fill = PatternFill("solid", fgColor="E7ECF5")
            book.add_named_style(style)


def _row(sheet: Worksheet, at: int, values: Sequence[Value], prefix: str = "") -> None:
    currency = next((value for value in values if isinstance(value, str) and value in _CURRENCIES), "amount")
    for column, value in enumerate(values, 1):
        if value is not None or not prefix:
            _set(sheet, (at, column), value, prefix + _kind(value, currency))


def _kind(value: Value, currency: str) -> str:
    if isinstance(value, Decimal):
        return currency
    if isinstance(value, date):
        return "day"
    if isinstance(value, int):
        return "year" if value in _YEARS else "whole"
    return "text"


def _height(values: Sequence[Value], widths: Sequence[float]) -> float:
    """In points: programs that print a sheet do not all find out by themselves how many lines a text takes."""
    texts = ((value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str))
    lines = (len(textwrap.wrap(text, max(int((width - 2) * _LETTERS), 1))) for text, width in texts if len(text) > width - 2)
    return _LINE * max(lines, default=1) + 3


def _set(sheet: Worksheet, at: tuple[int, int], value: Value, style: str) -> Cell:
    """A text that begins with `=` would become a formula: it is kept as text, and marked so that editing keeps it, too."""
    cell = cast("Cell", sheet.cell(*at))
    cell.value, cell.style = value, style
    if isinstance(value, str):
        cell.data_type = "s"
        if value.lstrip().startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True
    return cell


def _for_paper(sheet: Worksheet, top: int, name: str) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(left=_Part(name), right=_Part("Sayfa &P / &N"))
