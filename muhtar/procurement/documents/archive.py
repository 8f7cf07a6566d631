"""Office files are archives that say when they were made. Here that is the day of the list: a list gives the same bytes again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

__all__ = ["of_day"]

_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def of_day(archive: bytes, day: date) -> bytes:
    """The archive as if it had been made on that day, at midnight."""
    stamp = rb"\g<1>" + f"{day}T00:00:00Z".encode() + rb"\g<2>"
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, _STAMP.sub(stamp, data) if name == _CORE else data)
    return made.getvalue()
