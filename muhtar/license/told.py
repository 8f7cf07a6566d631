"""What firmware and other programs say where they were never told: that is not an answer."""

from __future__ import annotations

__all__ = ["told"]

_NOTHING = frozenset(
    {"", "-", "0", "na", "n/a", "none", "null", "unknown", "not specified", "not available", "not applicable", "default string",
     "to be filled by o.e.m.", "system serial number", "yok", "bilinmiyor"}
)  # fmt: skip


def told(text: object) -> str:
    """The text without blanks around it; empty where it says nothing: `To Be Filled By O.E.M.`, `N/A`."""
    said = str(text if text is not None else "").strip()
    return "" if said.casefold() in _NOTHING else said
