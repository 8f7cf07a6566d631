"""Rows of an export made what the register would say of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from muhtar.license.imports.formats import columns_of
from muhtar.license.imports.table import Table
from muhtar.license.told import told
from muhtar.turkish import folded, loose

__all__ = ["KINDS", "Found", "found_in"]

# What other programs call a kind → the kind. What is in no list stays the word that it is, in small letters.
KINDS: Mapping[str, tuple[str, ...]] = {
    "computer": ("computer", "desktop", "desktops", "laptop", "laptops", "notebook", "workstation", "tower", "mini tower", "pc",
                 "bilgisayar", "masaüstü", "masaüstü bilgisayar", "dizüstü", "dizüstü bilgisayar", "all in one", "portable"),
    "server": ("server", "servers", "sunucu", "rack mount chassis", "blade"),
    "network": ("switch", "switches", "router", "routers", "access point", "firewall", "network", "networking", "anahtar",
                "access switch", "core switch", "distribution switch", "ağ", "ağ cihazı", "yönlendirici", "güvenlik duvarı"),
    "phone": ("phone", "phones", "ip phone", "voip phone", "telefon", "ip telefon"),
    "camera": ("camera", "cameras", "ip camera", "kamera"),
    "printer": ("printer", "printers", "yazıcı"),
    "monitor": ("monitor", "monitors", "display", "displays", "monitör", "ekran"),
}  # fmt: skip
_KIND = {folded(word): kind for kind, words in KINDS.items() for word in words}
# Day before month, as it is written here; Snipe-IT's own way of showing dates last.
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%a %b %d, %Y")
_TRANSLATED = str.maketrans("çğıöşüâîû", "cgiosuaiu")


@dataclass(frozen=True)
class Found:
    """One row: its line, and what it says of the asset by the register's names; what it does not say is not there.

    `unread` is a day of purchase that is none: as the file has it, or empty.
    """

    line: int
    says: Mapping[str, str]
    unread: str = ""

    @property
    def serial(self) -> str:
        """Its serial number; empty where it has none."""
        return self.says.get("serial", "")

    @property
    def key(self) -> tuple[str, str]:
        """By which it is known: maker and serial number, capitals and Turkish i's aside."""
        return loose(self.says.get("maker", "")), loose(self.serial)

    @property
    def name(self) -> str:
        """For people."""
        return " ".join(filter(None, (self.says.get("maker"), self.serial)))


def found_in(table: Table, name: str) -> Iterator[Found]:
    """Every row of the table, by the columns of that format. Raises UsageError where no column holds serial numbers."""
    places = columns_of(table.path, table.columns, name)
    for row in table.rows:
        says = {field: said for field, place in places.items() if (said := told(row.cells[place]))}
        unread = ""
        if "purchased" in says:
            day = _day(says["purchased"])
            if day is None:
                unread = says.pop("purchased")
            else:
                says["purchased"] = day.isoformat()
        if "kind" in says:
            says["kind"] = _KIND.get(folded(says["kind"]), identifier(says["kind"]))
        if "id" in says:
            says["id"] = identifier(says["id"])
        yield Found(row.line, says, unread)


def identifier(text: str) -> str:
    """As a register writes identifiers: `BT 0042/Ş` is `bt-0042-s`."""
    plain = folded(text).translate(_TRANSLATED)
    kept = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in plain)
    return "-".join(filter(None, kept.split("-")))[:64]


@cache
def _day(text: str) -> date | None:
    # A time may follow the day; of purchases it says nothing.
    for candidate in (text, text.partition(" ")[0], text.partition("T")[0]):
        for shape in _DATES:
            try:
                return datetime.strptime(candidate, shape).date()  # noqa: DTZ007 - a day, not a moment
            except ValueError:
                continue
    return None
