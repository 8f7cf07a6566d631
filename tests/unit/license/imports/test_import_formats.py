"""Exports of other programs, by the headers that these programs write: guessed, and read field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.errors import UsageError
from muhtar.license.imports.formats import format_of
from muhtar.license.imports.rows import found_in, identifier
from muhtar.license.imports.table import read_table

GLPI = (
    '"Name";"Entity";"Status";"Manufacturer";"Serial number";"Type";"Model";"Inventory number";"Date of purchase";"Comments";\n'
    '"PC-7";"Root entity";"In use";"Dell Inc.";"ABC123";"Laptop";"Latitude 5440";"BT 0042";"2026-02-14";"2026-03-01";\n'
)
GLPI_TR = (
    '"Ad";"Üretici";"Seri numarası";"Tür";"Model";"Envanter numarası"\n"PC-7";"Dell Inc.";"ABC123";"Masaüstü";"L5";"BT 0042"\n'
)
OCS = (
    "Account info: TAG;Last inventory;Computer;Operating system;RAM (MB);CPU (MHz);Manufacturer;Model;Serial number\n"
    "zabita;2026-11-20 08:00:00;PC-7;Windows 11;16384;2400;Dell Inc.;Latitude 5440;ABC123\n"
)
SNIPEIT = (
    "Company,Asset Name,Asset Tag,Model,Model No.,Category,Manufacturer,Serial,Purchased,Cost,Status\n"
    'Belediye,PC-7,BT 0042,Latitude 5440,L5440,Laptops,Dell Inc.,ABC123,"Sat Feb 14, 2026",45000.00,Ready to Deploy\n'
)
NETBOX = (
    "Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,IP Address,Serial number,Asset tag\n"
    "sw-7,Active,,Town hall,,R1,Access Switch,Dell Inc.,N1548,198.51.100.7/24,ABC123,BT 0042\n"
)
NETBOX_ALL = (
    "name,device_role,tenant,manufacturer,device_type,platform,serial,asset_tag,status,site\n"
    "sw-7,Router,,Dell Inc.,N1548,,ABC123,BT 0042,Active,x\n"
)
OCS_TR = "Son envanter;Bilgisayar;Yapımcı;Model;Seri Numarası\n2026-11-20;PC-7;Dell Inc.;L5;ABC123\n"
OWN = (
    "Demirbaş No;Cinsi;Marka;Modeli;Seri No;Alım Tarihi;Müdürlük\nBT 0042;BİLGİSAYAR;Dell Inc.;L5;ABC123;14.02.2026;Fen İşleri\n"
)
ALL = {"maker": "Dell Inc.", "serial": "ABC123", "id": "bt-0042"}


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (GLPI, "glpi", ALL | {"kind": "computer", "model": "Latitude 5440", "purchased": "2026-02-14"}),
        (GLPI_TR, "csv", ALL | {"kind": "computer", "model": "L5"}),
        (OCS, "ocs", {"maker": "Dell Inc.", "serial": "ABC123", "model": "Latitude 5440"}),
        (OCS_TR, "ocs", {"maker": "Dell Inc.", "serial": "ABC123", "model": "L5"}),
        (SNIPEIT, "snipeit", ALL | {"kind": "computer", "model": "Latitude 5440", "purchased": "2026-02-14"}),
        (NETBOX, "netbox", ALL | {"kind": "network", "model": "N1548"}),
        (NETBOX_ALL, "netbox", ALL | {"kind": "network", "model": "N1548"}),
        (OWN, "csv", ALL | {"kind": "computer", "model": "L5", "purchased": "2026-02-14", "directorate": "Fen İşleri"}),
    ],
    ids=["glpi", "glpi in Turkish", "ocs", "ocs in Turkish", "snipe-it", "netbox", "netbox, all data", "one's own"],
)
def test_each_program_is_known_by_its_columns(tmp_path: Path, text: str, name: str, says: dict[str, str]) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    assert format_of(path, table.columns, None) == name
    (row,) = found_in(table, name)
    assert row.says == says
    assert row.unread == ""


def test_a_format_that_is_named_is_not_guessed_and_a_wrong_name_is_refused(tmp_path: Path) -> None:
    assert format_of(tmp_path, GLPI.split(";"), "csv") == "csv"
    with pytest.raises(UsageError, match="there is no format 'gipi'"):
        format_of(tmp_path, (), "gipi")


def test_columns_that_two_programs_have_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="could come from glpi or netbox"):
        format_of(tmp_path, ("Inventory number", "Serial number", "Role", "Type"), None)


def test_without_a_column_of_serial_numbers_the_file_is_refused_with_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Name;Status\na;b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no column holds serial numbers; there are: Name, Status"):
        list(found_in(read_table(path), "glpi"))


@pytest.mark.parametrize("serial", ["", "N/A", "To Be Filled By O.E.M.", "-", "Default string", "YOK"])
def test_a_serial_number_that_firmware_was_never_told_is_none(tmp_path: Path, serial: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"Seri No;Marka\n{serial};Dell\n", encoding="utf-8")
    (row,) = found_in(read_table(path), "csv")
    assert row.serial == ""


@pytest.mark.parametrize(
    ("written", "day", "unread"),
    [
        ("2026-02-14 09:30:00", "2026-02-14", ""),
        ("14.02.2026", "2026-02-14", ""),
        ("14/02/2026", "2026-02-14", ""),
        ("2026-02-14T00:00:00", "2026-02-14", ""),
        ("30.02.2026", None, "30.02.2026"),
        ("02/14/2026", None, "02/14/2026"),
    ],
)
def test_days_as_they_are_written_here_and_others_are_not_guessed(
    tmp_path: Path, written: str, day: str | None, unread: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"Seri No;Alım Tarihi\nX1;{written}\n", encoding="utf-8")
    (row,) = found_in(read_table(path), "csv")
    assert (row.says.get("purchased"), row.unread) == (day, unread)


@pytest.mark.parametrize(
    ("text", "said"), [("BT 0042/Ş", "bt-0042-s"), ("İĞNE", "igne"), ("ISPARTA  1", "isparta-1"), ("--", ""), ("a_b.c", "a_b.c")]
)
def test_identifiers_are_written_as_a_register_has_them(text: str, said: str) -> None:
    assert identifier(text) == said
