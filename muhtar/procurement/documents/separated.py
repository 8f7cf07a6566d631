"""The list as CSV that a Turkish Excel opens by a double click: UTF-8 with its mark, semicolons, decimal commas."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from muhtar.procurement.documents.columns import COLUMNS, Value, rows
from muhtar.procurement.documents.forms import day
from muhtar.procurement.model import Purchase

__all__ = ["separated"]

# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def separated(purchase: Purchase) -> bytes:
    """One row a line of the list, and at its end the ids of the entries that it is made from."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(column.title for column in COLUMNS), "Kayıtlar"])
    for line, values in zip(purchase.lines, rows(purchase), strict=True):
        writer.writerow([*(_plain(value) for value in values), _plain(" ".join(line.entries))])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str | int:
    """Money without dots between thousands: they would make it text in other languages' spreadsheets."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
