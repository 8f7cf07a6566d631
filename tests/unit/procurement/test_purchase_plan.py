"""The list of a town on disk: whose it is, that nothing is lost, and what is written where."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from muhtar.errors import InvalidReportError, UsageError
from muhtar.i18n import Words
from muhtar.outcome import Status
from muhtar.procurement.files import write as write_papers
from muhtar.procurement.lines import proof
from muhtar.procurement.model import Action, Route, Standing
from muhtar.procurement.report import report
from muhtar.procurement.table import table
from muhtar.report import Report
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions
from tests.support.purchases import CONTRACTS, DAY, PROCUREMENT, asset, listed

Write = Callable[..., None]


def reported(site: Site) -> Report:
    return report(site, listed(site)).build()


def test_the_list_has_what_ends_what_is_short_and_what_is_old(town: Site) -> None:
    lines = listed(town).lines
    assert [(line.what, line.action, line.quantity, line.directorate, line.latest) for line in lines] == [
        ("Ofis bilgisayarı", Action.REPLACEMENT, 1, "Fen İşleri Müdürlüğü", date(2025, 2, 28)),
        ("Antivirüs", Action.ADDITIONAL, 1, "Bilgi İşlem Müdürlüğü", DAY),
        ("Antivirüs", Action.RENEWAL, 3, "Bilgi İşlem Müdürlüğü", date(2027, 1, 28)),
    ]
    assert [line.money.gross for line in lines if line.money] == [Decimal("120.00"), Decimal("120.00"), Decimal("360.00")]


def test_the_report_has_an_outcome_for_each_entry_and_lot_and_proves_it(town: Site) -> None:
    told = reported(town)
    assert {(one.target, one.check, one.status.value, one.duty) for one in told.outcomes} == {
        ("antivirus", "procurement.license", "finding", "8b4"),
        ("old", "procurement.asset", "finding", "8b1"),
        ("new", "procurement.asset", "ok", "8b1"),
        ("office-computer", "procurement.route", "ok", "8b1"),
        ("security", "procurement.route", "ok", "8b4"),
    }
    assert told.exit_code == 2
    assert "scanned 1 license = 1 to buy + 0 not needed + 0 that could not be judged; 2 lines for 1 of them" in told.notes
    assert "scanned 2 assets = 1 to buy + 1 not needed + 0 that could not be judged; 1 line for 1 of them" in told.notes
    line = town.register("assets").read_text(encoding="utf-8").splitlines()[told.outcomes[1].intent.line - 1]
    assert "id: old" in line


def test_nothing_to_buy_is_clean(town: Site) -> None:
    # On that day its warranty and life still run, the license has its renewal, and all servers have theirs.
    write_licenses = town.register("licenses")
    text = write_licenses.read_text(encoding="utf-8").replace("quantity: 3", "quantity: 4").replace(", end: 2027-02-28", "")
    write_licenses.write_text(text, encoding="utf-8")
    town.register("assets").write_text("assets:\n" + asset("new", contracts="w-new"), encoding="utf-8")
    told = reported(town)
    assert told.exit_code == 0
    assert "estimated cost with KDV: none known" in told.notes


def test_what_cannot_be_judged_makes_the_report_incomplete(town: Site, write: Write) -> None:
    write(procurement=PROCUREMENT.replace("    price: {amount: 100, currency: TRY, on: 2026-11-01, source: test}\n", ""))
    told = reported(town)
    assert told.exit_code == 3
    assert "lines without a price in the registers, in none of the sums: 1" in told.notes
    (route,) = [one for one in told.outcomes if one.target == "office-computer"]
    assert (route.status, route.summary) == (
        Status.UNCHECKED,
        "cannot be told: no price in the registers: Ofis bilgisayarı",
    )
    write(procurement=PROCUREMENT.replace("kinds: [computer]", "kinds: [computr]"))
    told = reported(town)
    assert [one.status.value for one in told.outcomes if one.check == "procurement.asset"] == ["unchecked", "unchecked"]
    assert "hardware of the register that fits no asset in use: office-computer" in told.notes


def test_what_is_to_be_bought_is_told_of_an_entry_that_cannot_be_judged_too(town: Site) -> None:
    register = town.register("licenses")
    register.write_text(register.read_text(encoding="utf-8").replace("groups: [servers]", "groups: [sevrers]"), encoding="utf-8")
    (told,) = [one for one in reported(town).outcomes if one.target == "antivirus"]
    assert told.status is Status.ERROR
    assert told.summary == ("use is not known: the inventory has no group 'sevrers'; renewal of 3, ends on 2027-02-28")
    notes = reported(town).notes
    assert any("1 that could not be judged (1 of these have a line all the same); 1 line for 1" in note for note in notes)


def test_a_waiver_counts_only_where_it_holds_to_the_years_end(town: Site, write: Write) -> None:
    waiver = "waivers:\n  - {{id: w, check: license.seats, targets: [antivirus], owner: Müdür, reason: later, until: {until}}}\n"
    write(waivers=waiver.format(until="2027-12-30"))
    assert [line.action for line in listed(town).lines if line.lot.kind == "software"] == [Action.ADDITIONAL, Action.RENEWAL]
    write(waivers=waiver.format(until="2027-12-31"))
    assert [line.action for line in listed(town).lines if line.lot.kind == "software"] == [Action.RENEWAL]
    (told,) = [one for one in reported(town).outcomes if one.target == "antivirus"]
    assert told.summary.endswith("; left as it is until 2027-12-31 by Müdür: later")


def test_a_waiver_of_the_purchase_is_told_as_waived_and_is_not_on_the_list(town: Site, write: Write) -> None:
    write(
        waivers="waivers:\n"
        "  - {id: w, check: procurement.asset, targets: [old], owner: Müdür, reason: later, until: 2027-12-31}\n"
    )
    assert [line.lot.kind for line in listed(town).lines] == ["software", "software"]
    told = Decisions.of(town, DAY).judge(reported(town))
    assert [one.status.value for one in told.outcomes if one.target == "old"] == ["waived", "ok"]


def test_of_one_directorate_only_its_own_is_told_but_lots_stay_whole(town: Site, write: Write) -> None:
    many = "".join(asset(f"old-{number}", "2020-05-01", more="directorate: Zabıta Müdürlüğü") for number in range(40))
    write(assets="assets:\n" + asset("old", "2020-05-01", more="directorate: Fen İşleri Müdürlüğü") + many)
    found = listed(town, directorate="FEN İŞLERİ  MÜDÜRLÜĞÜ")
    assert [(line.quantity, line.directorate) for line in found.lines] == [(1, "Fen İşleri Müdürlüğü")]
    assert found.lots["office-computer"].route is Route.OPEN
    assert {one.target for one in report(town, found).build().outcomes} == {"old", "office-computer"}


def test_an_unknown_directorate_is_an_error_that_names_the_nearest(town: Site) -> None:
    with pytest.raises(UsageError, match="did you mean 'Fen İşleri Müdürlüğü'"):
        listed(town, directorate="Fen Müdürlüğü")


def test_a_list_that_lost_an_entry_is_no_list(town: Site) -> None:
    found = listed(town)
    assets = [entry for entry in found.judged if entry.book == "assets"]
    with pytest.raises(InvalidReportError, match="differ: old"):
        proof(assets, (), "asset")
    with pytest.raises(InvalidReportError, match="differ: new"):
        proof([*assets, assets[1]], found.lines[:1], "asset")
    assert replace(assets[1], unjudged=True).standing is Standing.UNJUDGED


def test_the_screen_shows_each_thing_with_its_sum_and_its_way(town: Site) -> None:
    from rich.console import Console

    console = Console(width=100, record=True, file=io.StringIO())
    console.print(table(listed(town), Words("tr")))
    text = console.export_text()
    assert "2027 satın alma listesi: Örnek Belediye Başkanlığı" in text
    assert [" ".join(line.split()) for line in text.splitlines()[2:]] == [
        "Ofis bilgisayarı cihaz yenileme 1 28.02.2025 120,00 TL 22/d",
        "Antivirüs ek alım 1 01.12.2026 120,00 TL 22/d",
        "Antivirüs yenileme 3 28.01.2027 360,00 TL 22/d",
        "toplam 600,00 TL",
    ]


def test_papers_go_into_the_folder_alone_and_what_is_left_of_an_earlier_list_is_told(town: Site, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    first = write_papers(listed(town), folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "satin-alma-2027.csv",
        "satin-alma-2027.xlsx",
        "teknik-sartname-2027-bilgi-islem-mudurlugu.docx",
        "teknik-sartname-2027-fen-isleri-mudurlugu.docx",
    ]
    assert first.left == ()
    assert {path.suffix: path.stat().st_mode & 0o777 for path in first.paths} == {".csv": 0o600, ".xlsx": 0o600, ".docx": 0o644}
    town.register("assets").write_text("assets:\n" + asset("new", contracts="w-new"), encoding="utf-8")
    again = write_papers(listed(town), folder)
    assert [path.name for path in again.left] == ["teknik-sartname-2027-fen-isleri-mudurlugu.docx"]


def test_a_paper_that_cannot_be_made_leaves_the_old_ones_as_they_were(
    town: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_papers(listed(town), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.*")}
    monkeypatch.setattr("muhtar.procurement.documents.specification.of_day", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_papers(listed(town, date(2026, 12, 2)), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.*")} == before


def test_names_that_become_the_same_file_name_have_a_paper_each(town: Site, write: Write, tmp_path: Path) -> None:
    one, other = "directorate: Park ve Bahçeler", "directorate: Park-ve-Bahceler"
    write(
        contracts=CONTRACTS,
        assets="assets:\n" + asset("a", "2020-05-01", more=one) + asset("b", "2020-05-01", more=other),
    )
    names = [path.name for path in write_papers(listed(town), tmp_path / "papers").paths]
    assert "teknik-sartname-2027-park-ve-bahceler-2.docx" in names
    assert len(names) == len(set(names)) == 5
