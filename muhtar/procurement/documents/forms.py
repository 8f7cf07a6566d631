"""Numbers, days and file names as Turkish papers have them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from muhtar.turkish import folded

__all__ = ["amount", "day", "file_name", "number"]

_SIGNS = {"TRY": "TL"}
_SWAP = str.maketrans({",": ".", ".": ","})
_ASCII = str.maketrans("çğıöşüâîû", "cgiosuaiu")


def number(value: Decimal | int) -> str:
    """`1.234.567,89`, `1.200`."""
    return (f"{value:,}" if isinstance(value, int) else f"{value:,.2f}").translate(_SWAP)


def amount(value: Decimal, currency: str) -> str:
    """`1.234.567,89 TL`."""
    return f"{number(value)} {_SIGNS.get(currency, currency)}"


def day(value: date) -> str:
    """`31.12.2026`."""
    return f"{value:%d.%m.%Y}"


def file_name(text: str) -> str:
    """`İmar ve Şehircilik Müdürlüğü` as `imar-ve-sehircilik-mudurlugu`."""
    return re.sub(r"[^a-z0-9]+", "-", folded(text).translate(_ASCII)).strip("-") or "adsiz"
