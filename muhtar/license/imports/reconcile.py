"""Rows of an export against the register of assets, by maker and serial number. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from muhtar.license.assets import Asset
from muhtar.license.imports.rows import Found
from muhtar.turkish import folded, loose

__all__ = ["Difference", "Reconciliation", "reconcile"]

# Serial numbers and identifiers are compared as programs confuse them, words as people write them.
_LOOSE = frozenset({"id", "serial"})


@dataclass(frozen=True)
class Difference:
    """A row and the asset that it is about; `fields` are those that say something else in both: name → (file, register)."""

    row: Found
    asset: Asset
    fields: dict[str, tuple[str, str]]


@dataclass
class Reconciliation:
    """Every row of the file is in exactly one of the lists of rows; every asset is matched, differing or in `only_register`."""

    matched: list[tuple[Found, Asset]] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    only_file: list[Found] = field(default_factory=list)
    only_register: list[Asset] = field(default_factory=list)
    without_serial: list[Found] = field(default_factory=list)
    duplicates: list[tuple[Found, Found]] = field(default_factory=list)
    """(row, the row before it that has the same serial number)"""

    @property
    def rows(self) -> int:
        """How many rows of the file are accounted for."""
        known = len(self.matched) + len(self.differing)
        return known + len(self.only_file) + len(self.without_serial) + len(self.duplicates)


def reconcile(rows: Iterable[Found], assets: Sequence[Asset], kinds: Collection[str] = ()) -> Reconciliation:
    """Hold them against each other. With `kinds`, only assets of these are missed where the file lacks them.

    Where no asset has both maker and serial number, but exactly one has the serial number, it is that one under another
    spelling of its maker, and the maker differs. Assets out of use are not missed.
    """
    found = Reconciliation()
    by_key = {(loose(asset.maker), loose(asset.serial)): asset for asset in assets}
    by_serial: dict[str, list[Asset]] = {}
    for asset in assets:
        by_serial.setdefault(loose(asset.serial), []).append(asset)
    first: dict[tuple[str, str], Found] = {}
    seen: dict[str, Found] = {}
    for row in rows:
        if not row.serial:
            found.without_serial.append(row)
            continue
        alike = by_serial.get(row.key[1], [])
        asset_or_none = by_key.get(row.key) or (alike[0] if len(alike) == 1 else None)
        # Two spellings of a maker make one thing twice, too.
        before = first.get(row.key) or (seen.get(asset_or_none.id) if asset_or_none else None)
        if before is not None:
            found.duplicates.append((row, before))
            continue
        first[row.key] = row
        if asset_or_none is None:
            found.only_file.append(row)
            continue
        seen[asset_or_none.id] = row
        if fields := _differing(row, asset_or_none):
            found.differing.append(Difference(row, asset_or_none, fields))
        else:
            found.matched.append((row, asset_or_none))
    found.only_register = [
        asset for asset in assets if asset.id not in seen and asset.retired is None and (not kinds or asset.kind in kinds)
    ]
    return found


def _differing(row: Found, asset: Asset) -> dict[str, tuple[str, str]]:
    fields = {}
    for name, said in row.says.items():
        registered = str(getattr(asset, name) or "")
        same = loose if name in _LOOSE else folded
        if same(said) != same(registered):
            fields[name] = (said, registered)
    return fields
