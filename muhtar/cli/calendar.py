"""./inv calendar.*: all that ends, in one calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli._day import HELP, on_day
from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("calendar.write", help=HELP)
def write(run: Run, as_of: str | None = None) -> ReportBuilder | int:
    """Put licenses, warranties, contracts, certificates and domains into one calendar: --out ics=FILE, --out html=FILE.

    Example: ./inv calendar.write --lang tr --out ics=calendar.ics --out html=calendar.html
    """
    from muhtar.calendar.write import write

    return on_day(run, as_of, lambda day: write(run.site, progress=run.progress, as_of=day))


namespace = collection("calendar", write)
