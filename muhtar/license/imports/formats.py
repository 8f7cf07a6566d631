"""By which columns each program's export is known, and what they mean.

Names are the programs' own, in English; of OCS Inventory in Turkish too. What comes in another language is read as a table of
one's own, which knows the Turkish words.

Sources: GLPI 10 and 11, search options of Computer and Infocom (src/Computer.php, src/Infocom.php); OCS Inventory's reports
(plugins/main_sections/ms_all_computers, plugins/language); Snipe-IT's asset list and its custom asset report; NetBox's table of
devices (netbox/dcim/tables/devices.py), and the field names of its "all data" export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muhtar.errors import UsageError
from muhtar.turkish import folded
from muhtar.words import some

__all__ = ["FIELDS", "FORMATS", "OWN", "Format", "columns_of", "format_of"]

FIELDS = ("id", "kind", "maker", "model", "serial", "purchased", "directorate")
"""What a row may say of an asset, by the register's names."""


@dataclass(frozen=True)
class Format:
    """`fields`: what the register calls it → the columns that may say so, the first one that is there counts.

    A file is taken for the format where it has all columns of one of `signs`.
    """

    fields: Mapping[str, tuple[str, ...]]
    signs: tuple[tuple[str, ...], ...] = ()


_ANY = Format(
    {
        "id": ("id", "asset id", "asset tag", "inventory number", "demirbaş no", "demirbaş numarası", "envanter no", "sicil no",
               "envanter numarası", "etiket no"),
        "kind": ("kind", "type", "category", "tür", "türü", "cins", "cinsi", "kategori", "tip"),
        "maker": ("maker", "manufacturer", "brand", "vendor", "marka", "üretici", "imalatçı", "üretici firma"),
        "model": ("model", "model name", "modeli", "model adı"),
        "serial": ("serial", "serial number", "serial no", "serial no.", "s/n", "seri no", "seri no.", "seri numarası"),
        "purchased": ("purchased", "purchase date", "date of purchase", "satın alma tarihi", "alım tarihi", "alış tarihi",
                      "satınalma tarihi"),
        "directorate": ("directorate", "department", "müdürlük", "müdürlüğü", "birim"),
    }
)  # fmt: skip
OWN = ("csv", "xlsx")
"""Tables of one's own."""
FORMATS: Mapping[str, Format] = {
    "glpi": Format(
        {
            "id": ("Inventory number",),
            "kind": ("Type",),
            "maker": ("Manufacturer",),
            "model": ("Model",),
            "serial": ("Serial number",),
            "purchased": ("Date of purchase", "Financial and administrative information - Date of purchase"),
        },
        (("Inventory number", "Serial number"), ("Entity", "Serial number"), ("Name", "Alternate username", "Serial number")),
    ),
    "ocs": Format(
        {
            "id": ("ASSETTAG", "Asset tag"),
            "kind": ("Type",),
            "maker": ("Manufacturer", "Yapımcı"),
            "model": ("Model",),
            "serial": ("Serial number", "Seri Numarası"),
        },
        (("Last inventory", "Serial number"), ("Last inventory", "Computer"), ("Son envanter", "Bilgisayar")),
    ),
    "snipeit": Format(
        {
            "id": ("Asset Tag",),
            "kind": ("Category",),
            "maker": ("Manufacturer",),
            "model": ("Model", "Model name"),
            "serial": ("Serial", "Serial number"),
            "purchased": ("Purchase Date", "Purchased"),
            "directorate": ("Department",),
        },
        (("Asset Tag", "Serial", "Category"), ("Asset Tag", "Serial", "Model No."), ("Asset Tag", "Serial", "Item Name")),
    ),
    "netbox": Format(
        {
            "id": ("Asset tag", "asset_tag"),
            "kind": ("Role", "device_role", "role"),
            "maker": ("Manufacturer", "manufacturer"),
            "model": ("Type", "device_type"),
            "serial": ("Serial number", "Serial", "serial"),
        },
        (("Asset tag", "Role"), ("Serial number", "Role", "Type"), ("serial", "device_type"), ("asset_tag", "device_type")),
    ),
    **dict.fromkeys(OWN, _ANY),
}  # fmt: skip


def format_of(path: Path, columns: Sequence[str], named: str | None) -> str:
    """The format that was named, or the only one that the columns speak of; a table of one's own where they speak of none.

    Raises UsageError for a name that is none, and where the columns speak of several.
    """
    if named is not None:
        if named not in FORMATS:
            raise UsageError(f"there is no format {named!r}", mend=f"choose from {', '.join(FORMATS)}")
        return named
    there = {folded(column) for column in columns}
    fitting = [
        name for name, about in FORMATS.items() if any(all(folded(sign) in there for sign in signs) for signs in about.signs)
    ]
    if len(fitting) > 1:
        raise UsageError(f"could come from {' or '.join(fitting)}", path=path, line=1, mend=f"say which: --source {fitting[0]}")
    return fitting[0] if fitting else OWN[0]


def columns_of(path: Path, columns: Sequence[str], name: str) -> dict[str, int]:
    """Field → the place of its column, as far as there are columns. Raises UsageError where none holds serial numbers."""
    places = {folded(column): index for index, column in reversed(list(enumerate(columns)))}
    found: dict[str, int] = {}
    for field, names in FORMATS[name].fields.items():
        place = next((places[folded(one)] for one in names if folded(one) in places), None)
        if place is not None:
            found[field] = place
    if "serial" not in found:
        raise UsageError(
            f"no column holds serial numbers; there are: {some(list(columns), 12)}",
            path=path,
            line=1,
            mend=f"export it with one of these columns: {', '.join(FORMATS[name].fields['serial'])}; or name another --source",
        )
    return found
