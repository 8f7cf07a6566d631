"""What a reconciliation found, as outcomes of `license.import`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from muhtar.license.assets import Asset
from muhtar.license.imports.additions import Additions
from muhtar.license.imports.reconcile import Difference, Reconciliation
from muhtar.license.imports.rows import Found
from muhtar.outcome import Intent, Outcome, Status
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count, some

__all__ = ["CHECK", "report_of"]

CHECK = "license.import"
_NAMED = 8


def report_of(site: Site, path: Path, found: Reconciliation, new: Additions, *, applied: bool) -> ReportBuilder:
    """The report on one file. Rows are known by their serial number: so the next export is compared with this one."""
    builder = ReportBuilder("license.import", site.name)
    builder.select(path.name, CHECK)
    builder.add(*_Teller(builder, path).tell(found, new, applied=applied))
    return builder


class _Teller:
    def __init__(self, builder: ReportBuilder, path: Path) -> None:
        self._builder, self._path = builder, path

    def tell(self, found: Reconciliation, new: Additions, *, applied: bool) -> Iterator[Outcome]:
        if found.matched or not found.rows:
            yield self._one(Status.OK, "matched", f"{count(len(found.matched), 'row')} as the register has them")
        yield from map(self._difference, found.differing)
        for row, asset in new.assets:
            yield self._addition(row, asset, applied=applied)
        for row, why in new.refused:
            yield self._one(
                Status.FINDING,
                f"only in the file: {row.name}",
                f"is not in the register and cannot be added: {why}",
                row=row,
                mend="say it for all such rows (--default kind=computer, --default purchased=2026-01-15), or write it by hand",
            )
        for row, before in found.duplicates:
            yield self._one(
                Status.FINDING,
                f"twice: {row.name} (line {row.line})",
                f"is on line {before.line} already, as {before.name}; the row was left out",
                row=row,
                mend="correct the serial number where the file comes from",
            )
        for row in found.without_serial:
            says = ", ".join(f"{key} {value}" for key, value in row.says.items())
            yield self._one(
                Status.FINDING,
                f"without serial number: line {row.line}",
                f"has no serial number: {says or 'nothing that is known'}",
                row=row,
                mend="write the serial number down where the file comes from; without it nothing can be compared",
            )
        if found.only_register:
            names = [asset.id for asset in found.only_register]
            yield self._one(
                Status.FINDING,
                "only in the register",
                f"{count(len(names), 'asset')} of the register not in the file: {some(names, _NAMED)}",
                found="\n".join(f"{asset.id}: {asset.maker} {asset.serial}" for asset in found.only_register),
                mend="retire what is gone; where the file is about some kinds only, say so: --kinds server,network",
            )

    def _difference(self, one: Difference) -> Outcome:
        return self._one(
            Status.FINDING,
            f"differs: {one.asset.id}",
            f"{one.asset.id}: {', '.join(one.fields)} not as in the register",
            row=one.row,
            wanted="\n".join(f"{name}: {pair[1] or '(empty)'}" for name, pair in one.fields.items()),
            found="\n".join(f"{name}: {pair[0]}" for name, pair in one.fields.items()),
            mend="correct the register, or where the file comes from; nothing that is there is overwritten",
        )

    def _addition(self, row: Found, asset: Asset, *, applied: bool) -> Outcome:
        subject = f"only in the file: {row.name}"
        if applied:
            return self._one(Status.OK, subject, f"added to the register as {asset.id}", row=row)
        return self._one(
            Status.FINDING, subject, f"is not in the register; would be added as {asset.id}", row=row, mend="run it with --apply"
        )

    def _one(self, status: Status, subject: str, summary: str, *, row: Found | None = None, **more: str) -> Outcome:
        return Outcome(
            target=self._path.name,
            check=CHECK,
            subject=subject,
            status=status,
            summary=f"line {row.line}: {summary}" if row else summary,
            intent=Intent(file=str(self._path), line=row.line if row else None),
            duty="8b9",
            started=self._builder.started,
            **more,
        )
