"""Write the review: one look at the servers, a page and a workbook of it, and the report of the same look."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from muhtar.databases.check import ACCESS, GROUP, access_outcomes, examine
from muhtar.databases.review import COLUMNS, Review, review
from muhtar.inventory import Inventory
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, atomic_write, home

__all__ = ["page", "write_review"]


def write_review(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    period: str | None = None,
    folder: Path | None = None,
    progress: Progress,
) -> ReportBuilder:
    """Write `access-review.html` and `.xlsx` into the folder (default: the site's reports); the report is of `drift.access`.

    Nothing is changed on a server. Raises NothingSelectedError, and RegisterError for a wrong register.
    """
    from muhtar.databases.review_xlsx import workbook

    inventory = Inventory.load(site)
    views = examine(site, inventory, inventory.select(limit, shard, group=GROUP), progress=progress)
    found = review(site.name, views, site.today(), period)
    where = (folder or home() / "reports" / site.name) / "access-review"
    with atomic_write(where.with_suffix(".html"), mode=0o600) as stream:
        stream.write(page(found))
    with atomic_write(where.with_suffix(".xlsx"), mode=0o600) as stream:
        # A workbook is no text; the file is the same.
        stream.buffer.write(workbook(found))  # type: ignore[attr-defined]
    builder = ReportBuilder("access.review", site.name, limit=limit, shard=shard)
    builder.select([view.target.name for view in views], ACCESS)
    for view in views:
        builder.add(*access_outcomes(site, view))
    builder.note(f"written: {where}.html and {where}.xlsx, {len(found.sections)} directorates to sign")
    return builder


def page(found: Review) -> str:
    """The review as one page of HTML that needs nothing else; each section prints on paper of its own."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("review.html.j2").render(review=found, columns=COLUMNS)
