"""Rows that the register lacks made entries of it, where they say enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from muhtar.license.assets import Asset
from muhtar.license.imports.rows import Found, identifier

__all__ = ["Additions", "prepare"]


@dataclass
class Additions:
    """`assets` can be added; `refused` cannot, each with the reason."""

    assets: list[tuple[Found, Asset]] = field(default_factory=list)
    refused: list[tuple[Found, str]] = field(default_factory=list)


def prepare(rows: Iterable[Found], known: Sequence[Asset], defaults: Mapping[str, str]) -> Additions:
    """Entries for rows; `defaults` says what they do not. Without a number on its label, one is named by maker and serial."""
    found = Additions()
    taken = {asset.id for asset in known}
    for row in rows:
        says = {**defaults, **row.says}
        says.setdefault("id", identifier(f"{says.get('maker', '')}-{row.serial}"))
        if row.unread and "purchased" not in row.says:
            found.refused.append((row, f"the day of purchase {row.unread!r} is none that can be read"))
            continue
        if says["id"] in taken:
            found.refused.append((row, f"the id {says['id']} is another asset's"))
            continue
        try:
            asset = Asset.model_validate(says)
        except ValidationError as error:
            found.refused.append((row, _why(error)))
            continue
        taken.add(asset.id)
        found.assets.append((row, asset))
    return found


def _why(error: ValidationError) -> str:
    details = error.errors(include_url=False)
    missing = [str(detail["loc"][0]) for detail in details if detail["type"] == "missing"]
    said = [
        f"{detail['loc'][0]}: {detail['msg'].removeprefix('Value error, ')}" for detail in details if detail["type"] != "missing"
    ]
    return "; ".join([*([f"it does not say {', '.join(missing)}"] if missing else []), *said])
