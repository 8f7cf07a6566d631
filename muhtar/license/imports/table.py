"""A table that somebody exported: CSV in the encodings and with the separators that there are, or XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from muhtar.errors import MuhtarError, RegisterError, UsageError
from muhtar.words import count

__all__ = ["Row", "Table", "read_table"]

_ZIP = b"PK\x03\x04"
# Excel's "Unicode text" is UTF-16 with tabs between; what has no mark is UTF-8, or else Windows-1254.
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ";,\t"


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins (of a sheet, its number), and its cells in the order of the columns."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Columns as the file names them, and its rows but for empty ones. `how` says how it was read, for people."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str


def read_table(path: Path) -> Table:
    """Read it.

    Raises UsageError for a file that is not there, not a table, or has no rows; RegisterError with every row that has more
    cells than the header.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", path=path, mend="name the exported file") from error
    lines, how = _sheet(path) if raw.startswith(_ZIP) else _text(path, raw)
    rows = [Row(line, cells) for line, cells in lines if any(cells)]
    if len(rows) < 2:
        raise UsageError(f"has {'only a header' if rows else 'nothing in it'}", path=path, mend="export it again, with all rows")
    header, *body = rows
    # Some programs end each line with a separator.
    width = max(index for index, cell in enumerate(header.cells, 1) if cell)
    wide = [row for row in body if any(row.cells[width:])]
    if wide:
        mend = "export it again: a separator within a value must stand in quotes"
        raise RegisterError(
            f"{count(len(wide), 'row')} with more cells than the header",
            path=path,
            problems=[
                MuhtarError(f"has {len(row.cells)} cells, not {width}", path=path, line=row.line, mend=mend) for row in wide
            ],
        )
    filled = tuple(Row(row.line, (*row.cells[:width], *[""] * (width - len(row.cells)))) for row in body)
    return Table(path, header.cells[:width], filled, how)


def _text(path: Path, raw: bytes) -> tuple[list[tuple[int, tuple[str, ...]]], str]:
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    try:
        text, encoding = raw.decode(encoding or "utf-8"), encoding or "utf-8"
    except UnicodeDecodeError:
        try:
            text, encoding = raw.decode("cp1254"), "windows-1254"
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise UsageError("is neither UTF-8 nor Windows-1254", path=path, line=line, mend="save it as UTF-8") from error
    if "\0" in text:
        raise UsageError("is not a text file", path=path, mend="export it as CSV or XLSX")
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines, begins = [], 1
    try:
        for cells in reader:
            lines.append((begins, tuple(cell.strip() for cell in cells)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"is not CSV: {error}", path=path, line=reader.line_num, mend="export it again") from error
    return lines, f"CSV, {encoding}, {'tabs' if separator == chr(9) else repr(separator)} between"


def _sheet(path: Path) -> tuple[list[tuple[int, tuple[str, ...]]], str]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UsageError(f"is no workbook: {error}", path=path, mend="save it as XLSX or CSV") from error
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the file, and a reader that believes it sees one row.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        return [(number, tuple(map(_cell, cells))) for number, cells in enumerate(rows, 1)], f"XLSX, sheet {sheet.title!r}"
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    # A serial number of digits alone comes out of Excel as a number.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
