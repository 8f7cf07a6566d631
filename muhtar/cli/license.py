"""./inv license.*: what was bought, how long it holds and whether it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli._day import HELP, on_day
from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("license.lint")
def lint(run: Run) -> ReportBuilder:
    """Read the registers of licenses, assets and contracts, and say every mistake of all of them with its line.

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


@command("license.discover", select=True)
def discover(run: Run) -> ReportBuilder:
    """Look at what servers, devices, PBXs and recorders have and run, and keep it for license.audit; nothing is changed.

    Example: ./inv license.discover --limit databases
    """
    from muhtar.license.discovery.discover import discover

    return discover(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


namespace = collection("license", lint, audit, discover)
