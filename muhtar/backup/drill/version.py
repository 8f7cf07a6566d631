"""Which version of its program the data belongs to: what another one makes of it, nobody knows."""

from __future__ import annotations

from muhtar.backup.drill.case import Case
from muhtar.errors import DoorError, UnreachableError

__all__ = ["note"]


def note(case: Case) -> str:
    """A word on the version, where another one runs on the host by now; empty where not, or where the host cannot be asked."""
    asked = case.item.source.version
    shot = case.piece(asked.name) if asked else None
    if asked is None or shot is None:
        return ""
    try:
        live = case.machine.read(asked.command).strip()
    except (DoorError, UnreachableError):
        return ""
    held = case.text(shot).strip()
    return "" if held == live else f"of {held}, {live} runs"
