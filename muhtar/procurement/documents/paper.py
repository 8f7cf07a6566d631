"""A Turkish official paper as DOCX: A4, Times New Roman, numbered articles, tables whose head is repeated, page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

__all__ = ["WIDTH", "article", "bare_table", "blank_paper", "bold", "clause", "line", "subtitle", "table", "whole"]

WIDTH = 16.5
"""Between the margins, in centimetres."""
_FONT = "Times New Roman"
_TEXT, _NUMBER, _HEAD = "TableText", "TableNumber", "TableHead"
_DASH = "–"
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def blank_paper(footer: str) -> Paper:
    """An empty paper with its footer: that text, and `Sayfa 1 / 9`."""
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(11)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "tr-TR")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(4)
    _cell_styles(paper)
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)
    paper.styles["Footer"].font.size = Pt(9)
    foot = section.footer.paragraphs[0]
    foot.alignment = _CENTRE
    for text, field in ((f"{footer}  –  Sayfa ", "PAGE"), (" / ", "NUMPAGES")):
        foot.add_run(text)
        _field(foot.add_run(), field)
    return paper


def _field(run: Run, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "1"), ("end", None)):
        tag = "w:t" if kind == "text" else "w:fldChar" if kind else "w:instrText"
        part = OxmlElement(tag)
        if text:
            part.text = text
        elif kind:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def line(paper: Paper, text: str, *, size: int = 11, strong: bool = False, centre: bool = False, after: int = 0) -> Paragraph:
    """A paragraph of one look; `after` is the room below it, in points."""
    found = paper.add_paragraph()
    run = found.add_run(text)
    run.bold, run.font.size = strong, Pt(size)
    found.paragraph_format.space_after = Pt(after)
    if centre:
        found.alignment = _CENTRE
    return found


def article(paper: Paper, number: int, title: str) -> None:
    """`MADDE 3 – TANIMLAR`, never alone at the foot of a page."""
    head = line(paper, f"MADDE {number} – {title}", strong=True, after=3)
    head.paragraph_format.space_before = Pt(10)
    head.paragraph_format.keep_with_next = True


def subtitle(paper: Paper, text: str) -> None:
    """A head within an article."""
    head = line(paper, text, strong=True, after=3)
    head.paragraph_format.space_before = Pt(8)
    head.paragraph_format.keep_with_next = True


def clause(paper: Paper, number: str, text: str, *, leads: bool = False) -> None:
    """`3.2.  Yüklenici: ...`, justified, with its number hanging; `leads` where a table follows that it must stay with."""
    found = paper.add_paragraph()
    found.add_run(f"{number}.").bold = True
    found.add_run(f"\t{text}")
    found.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form = found.paragraph_format
    form.left_indent, form.first_line_indent = Cm(1.1), Cm(-1.1)
    form.tab_stops.add_tab_stop(Cm(1.1))
    form.keep_with_next = leads


def table(
    paper: Paper, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], right: set[int] | None = None
) -> None:
    """A table with lines; widths in centimetres. The head is repeated on each page, and no row is torn in two.

    `right`: the places of columns of numbers.
    """
    made = bare_table(paper, 2, widths)
    made.style = "Table Grid"
    first, pattern = made.rows
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, title in zip(first.cells, head, strict=True):
        _fill(cell, title, _HEAD)
        _shade(cell)
    for place, cell in enumerate(pattern.cells):
        _fill(cell, _DASH, _NUMBER if place in (right or set()) else _TEXT)
    whole(first)
    whole(pattern)
    # To make each row anew takes seconds where there are hundreds of devices: they are copies of the first one.
    made._tbl.remove(pattern._tr)
    for values in rows:
        row = deepcopy(pattern._tr)
        for text, value in zip(row.iter(qn("w:t")), values, strict=True):
            text.text = " ".join(value.split())
        made._tbl.append(row)
    line(paper, " ", size=4)


def bare_table(paper: Paper, rows: int, widths: Sequence[float]) -> Table:
    """A table without lines, of fixed widths in centimetres."""
    made: Table = paper.add_table(rows=rows, cols=len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for row in made.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    return made


def bold(cell: _Cell, lines: Sequence[tuple[str, bool]]) -> None:
    """Centred lines in a cell, each strong or not."""
    for number, (text, strong) in enumerate(lines):
        found = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        found.alignment = _CENTRE
        found.paragraph_format.space_after = Pt(2)
        found.add_run(text).bold = strong


def _fill(cell: _Cell, text: str, style: str) -> None:
    found = cell.paragraphs[0]
    found._p.style = style
    found.add_run(text)


def _cell_styles(paper: Paper) -> None:
    """How text stands in tables: each look once in the paper."""
    for name, side, strong in (
        (_TEXT, WD_ALIGN_PARAGRAPH.LEFT, False),
        (_NUMBER, WD_ALIGN_PARAGRAPH.RIGHT, False),
        (_HEAD, _CENTRE, True),
    ):
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = paper.styles["Normal"]
        style.font.size, style.font.bold = Pt(10), strong
        style.paragraph_format.alignment = side
        # A head alone at the foot of a page would say nothing.
        style.paragraph_format.keep_with_next = strong
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)


def whole(row: _Row) -> None:
    """Let no page end within the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), "E7ECF5")
    cell._tc.get_or_add_tcPr().append(shade)
