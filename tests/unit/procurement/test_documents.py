"""The papers: numbers that are numbers, text that is never a formula, and a specification that tells bidders no price."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import load_workbook

from muhtar.procurement.documents.forms import amount, file_name, number
from muhtar.procurement.documents.separated import separated
from muhtar.procurement.documents.specification import specification
from muhtar.procurement.documents.wording import ARTICLES
from muhtar.procurement.documents.workbook import workbook
from muhtar.settings import Site
from tests.support.purchases import CONTRACTS, PROCUREMENT, asset, listed

Write = Callable[..., None]
OURS, THEIRS = "Bilgi İşlem Müdürlüğü", "Fen İşleri Müdürlüğü"


def sheet(site: Site, name: str = "Alım listesi"):
    return load_workbook(io.BytesIO(workbook(listed(site))))[name]


def text_of(paper: bytes) -> str:
    document = Document(io.BytesIO(paper))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_numbers_and_names_are_written_the_turkish_way() -> None:
    assert amount(Decimal("1234567.89"), "TRY") == "1.234.567,89 TL"
    assert (amount(Decimal(5), "USD"), number(1200)) == ("5,00 USD", "1.200")
    assert file_name("İmar ve Şehircilik  Müdürlüğü") == "imar-ve-sehircilik-mudurlugu"
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("///") == "adsiz"


def test_the_same_list_gives_the_same_bytes(town: Site) -> None:
    first, second = listed(town), listed(town)
    assert workbook(first) == workbook(second)
    assert separated(first) == separated(second)
    assert specification(first, OURS) == specification(second, OURS)
    with zipfile.ZipFile(io.BytesIO(workbook(first))) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 12, 1)}
        assert b"2026-12-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_the_list_as_xlsx_has_numbers_and_days_with_turkish_forms(town: Site) -> None:
    page = sheet(town)
    head = [cell.value for cell in page[5]]
    row = dict(zip(head, page[6], strict=True))
    assert row["Tutar (KDV hariç)"].value == 100
    assert row["Tutar (KDV hariç)"].number_format == '[$-41F]#,##0.00" TL"'
    assert row["En geç sipariş"].value == datetime(2025, 2, 28)  # noqa: DTZ001 - a cell has no zone
    assert row["En geç sipariş"].number_format == "dd.mm.yyyy"
    assert (row["Bütçe yılı"].value, row["Bütçe yılı"].number_format) == (2027, "0")
    assert (row["Gecikti"].value, row["Miktar"].value, row["Alım usulü (4734)"].value) == ("evet", 1, "Doğrudan temin (22/d)")
    total = [cell.value for cell in page[page.max_row]]
    assert total[head.index("Tutar (KDV dâhil)")] == 600


def test_it_prints_on_a4_across_with_its_head_on_each_page(town: Site) -> None:
    page = sheet(town)
    assert (page.page_setup.orientation, int(page.page_setup.paperSize), page.page_setup.fitToWidth) == ("landscape", 9, 1)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.print_title_rows, page.freeze_panes) == ("$5:$5", "A6")
    assert page.oddFooter.right.text == "Sayfa &P / &N"
    assert page.column_dimensions["A"].width == 5.5


def test_every_entry_is_in_the_workbook(town: Site) -> None:
    page = sheet(town, "Döküm")
    rows = {row[1].value: (row[3].value, row[4].value) for row in page.iter_rows(min_row=6)}
    assert rows == {
        "antivirus": ("alınacak", "süresi 28.02.2027 tarihinde doluyor; 4 kullanımda, 3 alınmış: 1 eksik"),
        "old": ("alınacak", "5 yıllık kullanım ömrü doldu"),
        "new": ("gerek yok", "31.12.2029 tarihine kadar garantili ya da bakımlı"),
    }


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)"])
def test_no_text_becomes_a_formula(evil: str, town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("name: Ofis bilgisayarı", f"name: '{evil}'"))
    for page in load_workbook(io.BytesIO(workbook(listed(town)))):
        assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    cell = sheet(town)["B6"]
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (evil, "s", True)
    (_, first, *_) = csv.reader(io.StringIO(separated(listed(town)).decode("utf-8-sig")), delimiter=";")
    assert (first[0], first[2]) == (f"'{evil}", f"'{evil}")


def test_the_csv_opens_in_a_turkish_spreadsheet(town: Site) -> None:
    raw = separated(listed(town))
    assert raw.startswith(b"\xef\xbb\xbf")
    head, first, *_ = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    row = dict(zip(head, first, strict=True))
    assert (row["Tutar (KDV dâhil)"], row["En geç sipariş"], row["Kayıtlar"]) == ("120,00", "28.02.2025", "old")


def test_the_specification_has_its_articles_in_order_and_its_title_block(town: Site) -> None:
    text = text_of(specification(listed(town), THEIRS))
    heads = [line for line in text.splitlines() if line.startswith("MADDE ")]
    assert heads == [f"MADDE {at} – {title}" for at, title in enumerate(ARTICLES.values(), 1)]
    assert text.startswith("T.C.\nÖRNEK BELEDİYE BAŞKANLIĞI\nBilgi İşlem Müdürlüğü\nTEKNİK ŞARTNAME\n")
    for part in ("Sayı\t:", "Konu\t: Teknik şartname (Fen İşleri Müdürlüğü, 2027 bütçe yılı)", "01.12.2026", "Hazırlayan"):
        assert part in text
    for part in ("5.2. Ofis bilgisayarı (1 adet)", "Bellek\nEn az 16 GB", "En az 3 yıl", "En çok 60 takvim günü"):
        assert part in text


def test_bidders_are_told_no_price(town: Site) -> None:
    for whose in (OURS, THEIRS):
        text = text_of(specification(listed(town), whose))
        assert not re.search(r"\b(TL|TRY|USD|EUR)\b|yaklaşık|100,00|120,00|360,00", text)


def test_only_clauses_of_what_is_bought_are_there(town: Site) -> None:
    ours, theirs = (text_of(specification(listed(town), whose)) for whose in (OURS, THEIRS))
    assert "Lisans süresince güncellemeler" in ours
    assert "Lisans süresince güncellemeler" not in theirs
    assert "Donanımın garanti süresi" in theirs
    assert "Donanımın garanti süresi" not in ours
    assert "EK-1" not in ours + theirs
    assert "14 ay" in ours
    assert "28.02.2027 tarihine kadar" in ours


def test_devices_to_be_maintained_are_named_in_an_annex(town: Site, write: Write) -> None:
    write(contracts=CONTRACTS, assets="assets:\n" + asset("pc-7", contracts="w-old"))
    text = text_of(specification(listed(town), OURS))
    assert "EK-1: BAKIMI YAPILACAK CİHAZLAR" in text
    assert "pc-7\nÖrnek\nM\nS-pc-7" in text


def test_tables_repeat_their_head_rows_stay_whole_and_pages_are_numbered(town: Site) -> None:
    with zipfile.ZipFile(io.BytesIO(specification(listed(town), THEIRS))) as archive:
        body = archive.read("word/document.xml").decode()
        foot = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
    assert body.count("<w:tblHeader/>") == 4
    assert body.count("<w:cantSplit/>") >= 8
    assert "PAGE" in foot
    assert "NUMPAGES" in foot


def test_the_registers_own_terms_and_signers_are_in_it(town: Site, write: Write) -> None:
    more = "general_terms: [Kendi şartımız.]\nsignatures: {approved: {name: Ayşe Örnek, title: Müdür}}\n"
    write(procurement=PROCUREMENT + more)
    text = text_of(specification(listed(town), THEIRS))
    assert "Kendi şartımız." in text
    assert "Ayşe Örnek\nMüdür\n(imza)" in text


def test_the_day_of_the_list_is_the_day_of_the_paper(town: Site) -> None:
    assert "02.12.2026" in text_of(specification(listed(town, date(2026, 12, 2)), THEIRS))
