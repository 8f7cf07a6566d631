"""The list that the head of a directorate signs: who stands where, what is marked, and that no cell ever becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from muhtar.databases.book import read_book
from muhtar.databases.check import View
from muhtar.databases.compare import compare
from muhtar.databases.declared import declared_on
from muhtar.databases.look import Looked, RefusedError
from muhtar.databases.model import Seen
from muhtar.databases.review import COLUMNS, NOBODYS, OWN, Review, half_year, review
from muhtar.databases.review_files import page
from muhtar.databases.review_xlsx import workbook
from muhtar.inventory import Inventory
from muhtar.settings import Site
from tests.unit.databases.conftest import MARIADB, POSTGRESQL, entry

DAY = date(2026, 11, 26)
Write = Callable[[list[dict[str, Any]]], Site]


def made(site: Site, postgresql_seen: Seen, mariadb_seen: Seen) -> Review:
    inventory = Inventory.load(site)
    book = read_book(site, inventory)
    views = []
    for host, seen in (("db1", postgresql_seen), ("nvr1", mariadb_seen)):
        target = inventory.target(host)
        declared = declared_on(target, seen, book, DAY)
        views.append(View(target, Looked(seen), declared, compare(declared, seen, DAY)))
    return review("Örnek Belediyesi", views, DAY)


@pytest.fixture
def whole(write: Write, postgresql_seen: Seen, mariadb_seen: Seen) -> Review:
    fen = {**POSTGRESQL[2], "directorate": "Fen İşleri Müdürlüğü"}
    return made(write([*POSTGRESQL[:2], fen, *POSTGRESQL[3:], *MARIADB]), postgresql_seen, mariadb_seen)


def row(found: Review, account: str, database: str) -> dict[str, str]:
    rows = [dict(zip(COLUMNS, line.cells, strict=True)) for section in found.sections for line in section.lines]
    (one,) = [one for one in rows if (one["Hesap"], one["Veri tabanı"]) == (account, database)]
    return one


def test_each_directorate_signs_its_own_and_what_nobody_owns_comes_last(whole: Review) -> None:
    assert [section.directorate for section in whole.sections] == ["Fen İşleri Müdürlüğü", "İmar Müdürlüğü", OWN, NOBODYS]


def test_the_marks_say_what_is_to_be_decided(whole: Review) -> None:
    assert "SÜRESİ DOLDU" in row(whole, "eski", "gis")["Durum"]
    assert row(whole, "eski", "gis")["Bitiş"] == "31.01.2026"
    assert "TANIMSIZ YETKİ" in row(whole, "imar_rapor", "gis")["Durum"]
    assert "TANIMSIZ ÜYELİK: ara" in row(whole, "fen_harita", "gis")["Durum"]
    assert row(whole, "gizli", "")["Durum"].startswith("TANIMSIZ HESAP; YÖNETİCİ")
    assert row(whole, "fen_harita", "gis")["Son giriş"] == "bilinmiyor"
    assert "kullanıldığı bilinmiyor" in row(whole, "fen_harita", "gis")["Durum"]


def test_a_way_through_others_is_named(whole: Review) -> None:
    assert "üyelik: fen_harita → ara (SET ROLE ile)" in row(whole, "fen_harita", "gis")["Nereden"]
    assert "herkes (PUBLIC)" in row(whole, "fen_harita", "gis")["Nereden"]
    assert "üyelik: rapor@10.1.% → okur" in row(whole, "rapor@10.1.%", "zm")["Nereden"]


def test_an_account_that_was_not_used_since_the_start_is_idle(write: Write, postgresql_seen: Seen, mariadb_seen: Seen) -> None:
    quiet = replace(mariadb_seen.accounts["zmuser@localhost"], seen="not since the server's start")
    seen = replace(mariadb_seen, accounts={**mariadb_seen.accounts, "zmuser@localhost": quiet})
    found = made(write([*POSTGRESQL, *MARIADB]), postgresql_seen, seen)
    assert "ATIL" in row(found, "zmuser@localhost", "zm")["Durum"]


def test_a_server_that_was_not_looked_at_is_named_on_every_paper(write: Write) -> None:
    inventory = Inventory.load(write(POSTGRESQL))
    found = review("Örnek", [View(inventory.target("db1"), Looked(error=RefusedError("says nothing")))], DAY)
    assert found.blind == ("db1: says nothing",)
    assert "liste eksiktir" in page(found)
    assert "BAKILAMADI" in str([cell.value for line in load_workbook(io.BytesIO(workbook(found))).active for cell in line])


def test_no_cell_is_a_formula_and_nothing_of_the_page_is_markup(write: Write, postgresql_seen: Seen, mariadb_seen: Seen) -> None:
    evil = entry("kotu", "imar_rapor", who='=HYPERLINK("http://x","y")', owner="+1", reason="@SUM(1)<script>",
                 directorate="İmar/Şehir: [Plan] ve uzun adlı bir müdürlük")  # fmt: skip
    found = made(write([POSTGRESQL[0], evil, *MARIADB]), postgresql_seen, mariadb_seen)
    book = load_workbook(io.BytesIO(workbook(found)))
    cells = [cell for sheet in book for line in sheet for cell in line if cell.value]
    assert not [cell for cell in cells if cell.data_type == "f"]
    (cell,) = [cell for cell in cells if str(cell.value).startswith("=HYPERLINK")]
    assert cell.quotePrefix
    assert all(len(sheet.title) <= 31 for sheet in book)
    assert len(book.sheetnames) == len(found.sections)
    assert "<script>" not in page(found)


def test_the_paper_has_a_period_a_day_and_a_place_for_the_signature(whole: Review) -> None:
    assert whole.period == half_year(DAY) == "2026 Temmuz–Aralık"
    text = page(whole)
    assert "26.11.2026" in text
    assert text.count("İmza") == len(whole.sections)
    sheet = load_workbook(io.BytesIO(workbook(whole))).worksheets[0]
    said = [str(line[0].value) for line in sheet]
    assert any("İmza" in text for text in said)
    assert any("Ad soyad" in text for text in said)
