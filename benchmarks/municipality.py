"""A made-up district municipality of believable size: an inventory and the registers of what it owns and has bought.

Seeded, so that the same call writes the same bytes: `inventories/example` is what `python benchmarks/municipality.py --write`
writes, and a test holds it against that. Names are invented, addresses are those that documents may use (RFC 5737, RFC 3849).
`times` makes the registers so many times as long (not the inventory), for `./inv bench.license`.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from benchmarks.purchases import DIRECTORATES, LICENSES, SUPPLIERS, TERMS, Bought
from benchmarks.switches import write

__all__ = ["DAY", "files", "write_town"]

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 12, 1)
"""The day that the registers were written for: they are as a department would have them then."""
_SEED = 35

# Kind → how many there are, makers and models, how many years a lot's warranty holds, and the unit that owns them.
KINDS: dict[str, tuple[int, tuple[tuple[str, str], ...], int, str]] = {
    "computer": (
        900,
        (("Örnek Bilgisayar", "Masaüstü 500"), ("Numune Bilişim", "N-14"), ("Örnek Bilgisayar", "Hepsi 24")),
        3,
        "hardware",
    ),
    "server": (60, (("Numune Bilişim", "Raf 2U"), ("Temsil Sunucu", "TS-1")), 5, "hardware"),
    "network": (180, (("Kurgu Ağ", "A-48"), ("Kurgu Ağ", "A-24P"), ("Misal Telsiz", "W-6")), 5, "networks"),
    "phone": (400, (("Deneme Ses", "T-1"), ("Deneme Ses", "T-3")), 2, "networks"),
    "camera": (350, (("Kurgu Görüntü", "K-4"), ("Misal Görüntü", "Kubbe 2")), 3, "hardware"),
}
_SERVERS = {"directory": 2, "databases": 6, "web": 8, "applications": 20, "virtualization": 10, "backup": 4, "video": 8, "pbx": 2}
_NETWORK = {"routers": 6, "switches": 150, "access_points": 24}


def files(times: int = 1) -> dict[str, str]:
    """Every file of the site: its path within `inventories/<site>/` → its text."""
    chance = random.Random(_SEED)
    contracts: list[dict[str, Any]] = []
    assets = _assets(chance, contracts, times)
    licenses = _licenses(chance, contracts, times)
    head = f"# Made by benchmarks/municipality.py, for {DAY}; do not edit.\n"
    return {
        "README.md": _README,
        "settings.yml": head + "language: tr\nmunicipality: Örnek Belediye Başkanlığı\n",
        "hosts.yml": head + _hosts(),
        **{f"group_vars/{group}/address.yml": f"{head}ansible_host: {address}\n" for group, address in _ADDRESSES.items()},
        "registers/licenses.yml": f"{head}licenses:\n{_entries(licenses)}",
        "registers/domains.yml": head + _DOMAINS,
        "registers/contracts.yml": f"{head}contracts:\n{_entries(contracts)}",
        "registers/assets.yml": f"{head}{_EXEMPT}assets:\n{''.join(assets)}",
        "registers/waivers.yml": head + _WAIVERS,
        "registers/procurement.yml": head + (Path(__file__).parent / "procurement.yml").read_text(encoding="utf-8"),
    }


def write_town(folder: Path, times: int = 1) -> None:
    """Write the site's files into a folder."""
    for name, text in files(times).items():
        write(folder / name, text)


# -- hosts

_NUMBER = "inventory_hostname | regex_search('[0-9]+$') | int"
_ADDRESSES = {
    "computers": f"\"2001:db8:10::{{{{ '%x' % ({_NUMBER}) }}}}\"",
    "servers": f'"192.0.2.{{{{ {_NUMBER} }}}}"',
    "network": f'"198.51.100.{{{{ {_NUMBER} }}}}"',
    "phones": f"\"2001:db8:40::{{{{ '%x' % ({_NUMBER}) }}}}\"",
    "cameras": f"\"2001:db8:50::{{{{ '%x' % ({_NUMBER}) }}}}\"",
}


def _hosts() -> str:
    lines = ["all:", "  children:"]
    for kind, groups, prefix in (
        ("computers", {group: number for group, (_, number) in DIRECTORATES.items()}, "pc"),
        ("servers", _SERVERS, "srv"),
        ("network", _NETWORK, "net"),
    ):
        lines += [f"    {kind}:", "      children:"]
        first = 1
        for group, number in groups.items():
            lines += [f"        {group}:", "          hosts:", f"            {prefix}[{first:03d}:{first + number - 1:03d}]:"]
            first += number
    lines += [
        f"    {kind}s:\n      hosts:\n        {name}[001:{KINDS[kind][0]}]:"
        for kind, name in (("phone", "tel"), ("camera", "cam"))
    ]
    return "\n".join(lines) + "\n"


# -- assets, and the contracts of the lots that they were bought in


@dataclass
class _Lot:
    """Things of a kind bought together: the contracts that cover them, and when they were bought."""

    purchased: date
    contracts: list[str] = field(default_factory=list)


def _assets(chance: random.Random, contracts: list[dict[str, Any]], times: int) -> list[str]:
    owners = [name for name, number in DIRECTORATES.values() for _ in range(number)]
    lines = []
    for kind, (number, models, years, unit) in KINDS.items():
        lots = [_lot(chance, contracts, kind, years, age) for age in range(8) for _ in range(times)]
        for index in range(1, number * times + 1):
            lot, (maker, model) = chance.choice(lots), chance.choice(models)
            owner = owners[index % len(owners)] if kind == "computer" else None
            more = f", directorate: {owner}" if owner else ""
            more += f", contracts: [{', '.join(lot.contracts)}]" if lot.contracts else ""
            # One in forty of the oldest is out of use and waits for its sale.
            if lot.purchased.year < DAY.year - 5 and chance.random() < 0.4:
                more += f", retired: {DAY - timedelta(days=chance.randrange(30, 300))}"
            lines.append(
                f"  - {{id: {kind[:3]}-{index:04d}, kind: {kind}, maker: {maker}, model: {model}, "
                f"serial: {kind[0].upper()}{chance.randrange(16**4):04X}-{index:06d}, purchased: {lot.purchased}, "
                f"owner_unit: {unit}{more}}}\n"
            )
    return lines


def _lot(chance: random.Random, contracts: list[dict[str, Any]], kind: str, years: int, age: int) -> _Lot:
    """A purchase of so many years ago with its warranty, and for most of what is dear a maintenance contract after that."""
    bought = DAY - timedelta(days=365 * age + chance.randrange(10, 330))
    lot = _Lot(bought)
    if kind == "phone":
        return lot
    end = _plus_years(bought, years) - timedelta(days=1)
    lot.contracts.append(_contract(chance, contracts, "warranty", (bought, end)))
    while end < DAY + timedelta(days=60) and kind != "computer" and chance.random() < 0.85:
        # Now and then a tender drags on, and there is a gap.
        start = end + timedelta(days=1 if chance.random() < 0.9 else chance.randrange(5, 60))
        end = _plus_years(start, chance.choice((1, 2))) - timedelta(days=1)
        cost = chance.randrange(80, 900) * 1000
        lot.contracts.append(_contract(chance, contracts, "maintenance", (start, end), cost))
    return lot


def _contract(
    chance: random.Random, contracts: list[dict[str, Any]], kind: str, term: tuple[date, date | None], cost: int | None = None
) -> str:
    start, end = term
    name = f"{start.year}-{len(contracts) + 1:04d}"
    entry: dict[str, Any] = {"id": name, "supplier": chance.choice(SUPPLIERS), "kind": kind, "start": start}
    if end:
        entry["end"] = end
    if cost:
        entry["cost"] = {"amount": cost, "currency": "TRY"}
    if kind == "maintenance":
        entry["visit_every_days"] = 90
    contracts.append(entry | {"documents": [f"EBYS/{start.year}/{chance.randrange(1000, 99999)}"]})
    return name


def _plus_years(day: date, years: int) -> date:
    # The 29th of February becomes the 28th.
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


# -- licenses


def _licenses(chance: random.Random, contracts: list[dict[str, Any]], times: int) -> list[dict[str, Any]]:
    return [_license(chance, contracts, bought, f"-{copy}" if copy else "") for copy in range(times) for bought in LICENSES]


def _license(chance: random.Random, contracts: list[dict[str, Any]], bought: Bought, suffix: str) -> dict[str, Any]:
    left, length = TERMS[bought.term]
    end = None if left is None else DAY + timedelta(days=left)
    start = DAY - timedelta(days=900 + chance.randrange(900)) if end is None else end - timedelta(days=length - 1)
    entry: dict[str, Any] = {
        "id": bought.id + suffix,
        "product": bought.product,
        "publisher": bought.publisher,
        "metric": bought.metric,
        "quantity": bought.quantity,
        "start": start,
    }
    if end:
        entry |= {"end": end, "lead_time_days": chance.choice((30, 45, 60, 90))}
    entry |= {"owner_unit": bought.unit, "contract": _contract(chance, contracts, "license", (start, end))}
    if bought.directorate:
        entry["directorate"] = DIRECTORATES[bought.directorate][0]
    entry["cost"] = {"amount": bought.cost, "currency": bought.currency, "kdv_percent": 20}
    if bought.groups:
        entry["covers"] = {"groups": list(bought.groups)}
    if bought.used is not None:
        day = DAY - timedelta(days=chance.randrange(5, 200))
        entry["counted"] = {"used": bought.used, "on": day, "by": "ürünün lisans ekranı"}
    if bought.support:
        entry["support_ends"] = DAY + timedelta(days=bought.support)
    return entry


def _entries(entries: list[dict[str, Any]]) -> str:
    """One entry a line."""
    dumped = (
        yaml.safe_dump(entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6) for entry in entries
    )
    return "".join(f"  - {line}" for line in dumped)


_EXEMPT = "exempt_kinds:\n  - {kind: phone, reason: yedeği depoda var; bakım sözleşmesinden ucuz}\n"
_WAIVERS = f"""\
waivers:
  - {{id: erp-kota, check: license.seats, targets: [erp-kullanici], owner: Bilgi İşlem Müdürü,
     reason: ek kullanıcılar ocak ihalesinde alınacak, until: {date(2027, 2, 28)}}}
  - {{id: yazi-tipi-atil, check: license.idle, targets: [yazi-tipi], owner: Bilgi İşlem Müdürü,
     reason: paket daha küçüğü satılmıyor, until: {date(2027, 12, 31)}}}
"""
_DOMAINS = f"""\
domains:
  - {{id: ornek-ilce.example, registrar: Temsil Alan Adı A.Ş.,
     start: {date(2012, 3, 4)}, end: {date(2027, 3, 3)}, lead_time_days: 15}}
  - {{id: ornek-kultur.example, registrar: Temsil Alan Adı A.Ş.,
     start: {date(2019, 1, 20)}, end: {date(2027, 1, 19)}, lead_time_days: 15}}
  - {{id: ornek-cbs.example, registrar: Kurgu Ağ Çözümleri A.Ş.,
     start: {date(2023, 9, 1)}, end: {date(2028, 8, 31)}, lead_time_days: 15}}
"""
_README = f"""\
# A district municipality of believable size

Made by `python benchmarks/municipality.py --write`, never by hand: 900 computers, 60 servers, 180 network devices, 400 phones,
350 cameras and 45 licenses, with the contracts that a department of this size has. All names are invented, all addresses are
those that documents may use (RFC 5737, RFC 3849): no task reaches anything here. The registers were written for {DAY}:

```
./inv license.lint --site example
./inv license.audit --site example --as-of {DAY} --out html=licenses.html
./inv warranty.audit --site example --as-of {DAY} --out html=warranties.html
./inv license.procurement --site example --as-of {DAY} --year {DAY.year + 1}
./inv calendar.write --site example --as-of {DAY} --out html=calendar.html --out ics=calendar.ics
```
"""


def main() -> int:
    """Write `inventories/example`, or say what would be written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write inventories/example; without this, say which files it has")
    options = parser.parse_args()
    folder = ROOT / "inventories" / "example"
    if options.write:
        write_town(folder)
    for name, text in files().items():
        print(
            f"{'written' if options.write else 'would write'}: {(folder / name).relative_to(ROOT)} ({len(text.encode())} bytes)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
