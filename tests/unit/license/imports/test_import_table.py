"""Tables as people have them: encodings, separators, workbooks; and what is no table."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from muhtar.errors import RegisterError, UsageError
from muhtar.license.imports.table import read_table

TEXT = "Üretici;Seri numarası\nÖRNEK;ığüşiöç-İ1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_separators_are_seen(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(TEXT.replace(";", separator).replace("\n", end).encode(encoding))
    table = read_table(path)
    assert table.columns == ("Üretici", "Seri numarası")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("ÖRNEK", "ığüşiöç-İ1"))]


def test_a_value_over_several_lines_and_empty_rows_keep_the_lines_right(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a,b\n"1\n2",x\n,\n3,"y, ""z"""\n', encoding="utf-8")
    assert [(row.line, row.cells) for row in read_table(path).rows] == [(2, ("1\n2", "x")), (5, ("3", 'y, "z"'))]


def test_a_separator_at_the_end_of_each_line_is_no_column_and_missing_cells_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b;\n1;2;\n3\n", encoding="utf-8")
    table = read_table(path)
    assert (table.columns, [row.cells for row in table.rows]) == (("a", "b"), [("1", "2"), ("3", "")])


def test_every_row_with_more_cells_than_the_header_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2;3\n1;2\n4;5;6;7\n", encoding="utf-8")
    with pytest.raises(RegisterError) as error:
        read_table(path)
    assert [problem.line for problem in error.value.problems] == [2, 4]


def test_a_workbook_is_read_with_its_dates_and_numbers_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Seri No", "Alım Tarihi", "Marka"])
    sheet.append([123456789012, datetime.datetime(2026, 2, 14), "Örnek"])  # noqa: DTZ001 - as Excel has it
    sheet.append([None, None, None])
    sheet.append([4.5, datetime.date(2026, 2, 15), " İğne "])
    book.save(tmp_path / "x.xlsx")
    assert [(row.line, row.cells) for row in read_table(tmp_path / "x.xlsx").rows] == [
        (2, ("123456789012", "2026-02-14", "Örnek")),
        (4, ("4.5", "2026-02-15", "İğne")),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has nothing in it"),
        (b"a;b\n\n", "has only a header"),
        (b"PK\x03\x04 no zip", "is no workbook"),
        (b"a;b\n\x00\x01;2\n", "is not a text file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_table(tmp_path / "x")
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(tmp_path / "nothing")
