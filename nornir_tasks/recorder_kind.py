"""Which API a recorder speaks."""

from __future__ import annotations

from typing import Literal, cast

from muhtar.errors import InventoryError
from muhtar.inventory import Target

__all__ = ["KINDS", "Kind", "recorder_kind"]

Kind = Literal["zoneminder", "isapi"]
KINDS: tuple[Kind, ...] = ("zoneminder", "isapi")


def recorder_kind(target: Target) -> Kind:
    """What `recorder_kind` says, ZoneMinder where it says nothing. Raises InventoryError for another word."""
    said = target.vars.get("recorder_kind", "zoneminder")
    if said not in KINDS:
        origin = target.origin("recorder_kind")
        raise InventoryError(
            f"recorder_kind of {target.name} is {said!r}",
            path=origin.relative if origin else None,
            line=origin.line if origin else None,
            key="recorder_kind",
            mend=f"choose from {', '.join(KINDS)}",
        )
    return cast("Kind", said)
