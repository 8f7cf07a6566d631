"""license.import: an export read, held against the register of assets, and what is new written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muhtar.errors import RegisterError, UsageError
from muhtar.license.assets import Asset
from muhtar.license.books import Books, read_books
from muhtar.license.imports.additions import Additions, prepare
from muhtar.license.imports.formats import FIELDS, FORMATS, OWN, format_of
from muhtar.license.imports.reconcile import Reconciliation, reconcile
from muhtar.license.imports.report import report_of
from muhtar.license.imports.rows import found_in
from muhtar.license.imports.table import read_table
from muhtar.license.imports.write import write_assets
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, locked
from muhtar.words import count

__all__ = ["Wish", "import_assets"]


@dataclass(frozen=True)
class Wish:
    """What was asked for: the program that exported it (None: guess), what rows do not say, and which kinds the file is about."""

    format: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, named: str | None, defaults: Iterable[str], kinds: str | None) -> Wish:
        """From the command line: `--default kind=computer`, `--kinds server,network`. Raises UsageError for unknown words."""
        if named is not None and named not in FORMATS:
            raise UsageError(f"there is no format {named!r}", mend=f"choose from {', '.join(FORMATS)}")
        given = dict(item.partition("=")[::2] for item in defaults)
        allowed = [name for name in FIELDS if name not in {"id", "serial"}]
        for key, value in given.items():
            if key not in allowed or not value:
                raise UsageError(f"--default {key} is none", mend=f"write KEY=VALUE with a key of {', '.join(allowed)}")
        return cls(named, given, tuple(filter(None, (kind.strip() for kind in (kinds or "").split(",")))))


def import_assets(site: Site, path: Path, wish: Wish, *, apply: bool, progress: Progress) -> ReportBuilder:
    """One outcome for all rows that are as the register has them, and one for each that is not; `apply` adds what is new.

    Nothing that is there is changed. Raises RegisterError where the registers of assets and contracts have mistakes, UsageError
    for a file that cannot be read.
    """
    table = read_table(path)
    kind = format_of(path, table.columns, wish.format)
    origin = "a table of one's own" if kind in OWN else f"an export of {kind}"
    progress.phase(f"rows of {origin}", len(table.rows))
    with locked(f"register-assets-{site.name}", wait=30.0):
        books = _books(site)
        found = reconcile(found_in(table, kind), books.assets, wish.kinds)
        new = prepare(found.only_file, books.assets, wish.defaults)
        if apply and new.assets:
            write_assets(site.register("assets"), [asset for _, asset in new.assets])
            _books(site)
    report = report_of(site, path, found, new, applied=apply)
    report.note(f"{path.name}: read as {origin} ({table.how}), {_sum(found, new, books.assets)}")
    if new.assets:
        into = f"{count(len(new.assets), 'asset')} into {site.register('assets')}"
        report.note(f"written: {into}" if apply else f"--apply writes {into}; nothing was written")
    return report


def _books(site: Site) -> Books:
    """The registers as they are; a town that has no register of assets yet has no assets."""
    books = read_books(site, ["assets", "contracts"] if site.register("assets").is_file() else ["contracts"])
    problems = [problem for one in books.problems.values() for problem in one]
    if problems:
        raise RegisterError("the registers have mistakes: ./inv license.lint; nothing was imported", problems=problems)
    return books


def _sum(found: Reconciliation, new: Additions, assets: Sequence[Asset]) -> str:
    """The proof that no row was left out."""
    return (
        f"{found.rows} rows = {len(found.matched)} matched + {len(found.differing)} differing + {len(found.only_file)} only in "
        f"the file ({len(new.refused)} lack something) + {len(found.without_serial)} without serial number + "
        f"{len(found.duplicates)} duplicates; the register has {len(assets)}, of which the file lacks {len(found.only_register)}"
    )
