"""A town that buys: registers of purchases as tests write them, and the list that they come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from muhtar.procurement.model import Purchase
from muhtar.procurement.plan import plan
from muhtar.progress import NoProgress
from muhtar.settings import Site

__all__ = ["CONTRACTS", "DAY", "LIMITS", "PROCUREMENT", "asset", "listed", "town"]

DAY = date(2026, 12, 1)
LIMITS = """\
limits:
  - {year: 2026, direct: 1000, negotiated: 3000, goods: {appropriation: 90000}, services: {appropriation: 90000}, source: test}
  - {year: 2027, direct: 1000, negotiated: 3000, goods: {appropriation: 90000}, services: {appropriation: 90000}, source: test}
"""
PROCUREMENT = (
    LIMITS
    + """\
hardware:
  - id: office-computer
    name: Ofis bilgisayarı
    kinds: [computer]
    life_years: 5
    lead_time_days: 60
    price: {amount: 100, currency: TRY, on: 2026-11-01, source: test}
    maintenance_price: {amount: 10.10, currency: TRY, on: 2026-11-01, source: test}
    requirements: [{item: Bellek, wanted: En az 16 GB}]
    maintenance_requirements: [{item: Süre, wanted: 12 ay}]
software:
  - {id: security, name: Güvenlik yazılımları, licenses: [antivirus], requirements: [{item: Dil, wanted: Türkçe}]}
"""
)
CONTRACTS = """\
contracts:
  - {id: c-1, supplier: Supplier, kind: license, start: 2020-01-01}
  - {id: w-old, supplier: Supplier, kind: warranty, start: 2023-01-01, end: 2025-12-31}
  - {id: w-new, supplier: Supplier, kind: warranty, start: 2026-01-01, end: 2029-12-31}
"""
LICENSES = """\
licenses:
  - {id: antivirus, product: Antivirüs, publisher: Q, metric: device, quantity: 3, start: 2026-01-01, end: 2027-02-28,
     lead_time_days: 30, owner_unit: access, contract: c-1, covers: {groups: [servers]}, cost: {amount: 300, currency: TRY}}
"""
GROUPS = {"servers": ("db1", "web1", "pbx1", "app1")}


def asset(name: str, purchased: str = "2024-02-01", contracts: str = "", more: str = "") -> str:
    """A line of assets.yml."""
    return (
        f"  - {{id: {name}, kind: computer, maker: Örnek, model: M, serial: S-{name}, purchased: {purchased}, "
        f"contracts: [{contracts}]{', ' if more else ''}{more}}}\n"
    )


@pytest.fixture
def town(site: Site, write: Callable[..., None]) -> Site:
    """Two computers, of which one is old and one covered, and a license that ends and is one short."""
    (site.path / "settings.yml").write_text("municipality: Örnek Belediye Başkanlığı\n", encoding="utf-8")
    assets = asset("old", "2020-05-01", more="directorate: Fen İşleri Müdürlüğü") + asset("new", contracts="w-new")
    write(contracts=CONTRACTS, licenses=LICENSES, procurement=PROCUREMENT, assets=f"assets:\n{assets}")
    return site


def listed(site: Site, day: date = DAY, *, year: int = 2027, directorate: str | None = None) -> Purchase:
    """The list of a town of four servers."""
    inventory: Any = SimpleNamespace(groups=GROUPS, hosts=[host for hosts in GROUPS.values() for host in hosts])
    return plan(site, progress=NoProgress(), as_of=day, inventory=inventory, year=year, directorate=directorate)
