"""./inv license.*: what was bought, how long it holds and whether it is enough."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from muhtar.cli._day import HELP, day_of, on_day
from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("license.lint")
def lint(run: Run) -> ReportBuilder:
    """Read the registers of licenses, assets, contracts and domains, and say every mistake of all of them with its line.

    Example: ./inv license.lint --out codequality=licenses.json
    """
    from muhtar.license.lint import lint

    return lint(run.site)


@command("license.audit", help=HELP)
def audit(run: Run, as_of: str | None = None) -> ReportBuilder | int:
    """Say which licenses expire or have, must be ordered by now, are used by more than were bought, or lie idle.

    Example: ./inv license.audit --as-of 2027-01-31
    """
    from muhtar.license.audit import audit

    return on_day(run, as_of, lambda day: audit(run.site, progress=run.progress, as_of=day))


@command(
    "license.procurement",
    help={
        **HELP,
        "year": "the budget year (default: that of today, or of --as-of)",
        "out-dir": "the folder for the papers (default: procurement/<site>/ in the state folder)",
        "directorate": "only what this directorate needs",
    },
)
def procurement(
    run: Run, as_of: str | None = None, year: str | None = None, out_dir: str | None = None, directorate: str | None = None
) -> ReportBuilder | int:
    """List what must be bought in a budget year: licenses, hardware, maintenance; by when, for how much, and how by law 4734.

    Writes the list (CSV, XLSX) and a technical specification for each directorate (DOCX), all in Turkish. A list of another
    day or year, or of one directorate, is not kept in the history.

    Example: ./inv license.procurement --year 2027
    """
    from muhtar.cli._show import show
    from muhtar.i18n import Words
    from muhtar.procurement.files import default_folder, prepared, write
    from muhtar.procurement.plan import plan
    from muhtar.procurement.report import report
    from muhtar.procurement.table import table
    from muhtar.waivers.cover import Decisions

    day = day_of(as_of)
    words = Words(run.lang or run.site.settings["language"])
    purchase = plan(run.site, progress=run.progress, as_of=day, year=_year(year), directorate=directorate)
    builder = report(run.site, purchase)
    folder = prepared(Path(out_dir) if out_dir else default_folder(run.site.name))
    written = write(purchase, folder)
    builder.note(f"{len(written.paths)} papers written into {folder.resolve()}")
    if written.left:
        builder.note(f"of an earlier list, and not of this one: {', '.join(path.name for path in written.left)}")
    if run.format == "terminal":
        run.print(table(purchase, words), "")
    if day is None and year is None and directorate is None:
        return builder
    return show(run, Decisions.of(run.site, day).judge(builder.build()))


def _year(text: str | None) -> int | None:
    from muhtar.errors import UsageError

    if text is not None and not re.fullmatch(r"\d{4}", text):
        raise UsageError(f"--year {text} is not a year", mend="write it with four digits: --year 2027")
    return int(text) if text else None


@command("license.discover", select=True)
def discover(run: Run) -> ReportBuilder:
    """Look at what servers, devices, PBXs and recorders have and run, and keep it for license.audit; nothing is changed.

    Example: ./inv license.discover --limit databases
    """
    from muhtar.license.discovery.discover import discover

    return discover(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command(
    "license.import",
    apply=True,
    positional=("file",),
    iterable=("default",),
    help={
        "file": "the exported table: CSV or XLSX",
        "source": "glpi, ocs, snipeit, netbox, or csv or xlsx for a table of one's own (default: guessed from its columns)",
        "default": "what rows do not say, repeatable: --default kind=computer --default purchased=2026-01-15",
        "kinds": "the file is about these kinds only: --kinds server,network",
    },
)
def import_(
    run: Run, file: str, *, source: str | None = None, default: list[str] | None = None, kinds: str | None = None
) -> ReportBuilder:
    """Hold an export of GLPI, OCS Inventory, Snipe-IT, NetBox or a table of one's own against assets.yml, by serial number.

    With --apply, what the register lacks is written into it; what is there is never changed.

    Example: ./inv license.import glpi.csv --default purchased=2026-01-15 --apply
    """
    from muhtar.license.imports.run import Wish, import_assets

    wish = Wish.of(source, default or (), kinds)
    return import_assets(run.site, Path(file), wish, apply=run.apply, progress=run.progress)


namespace = collection("license", lint, audit, discover, import_, procurement)
