"""./inv license.*: what was bought, how long it holds and whether it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("license.audit", help={"as-of": "ask for another day (YYYY-MM-DD); such an answer is not kept in the history"})
def audit(run: Run, as_of: str | None = None) -> ReportBuilder | int:
    """Say which licenses have expired, must be ordered by now, or are used by more hosts than were bought.

    Example: ./inv license.audit --as-of 2027-01-31
    """
    from datetime import date

    from muhtar.cli._show import show
    from muhtar.errors import UsageError
    from muhtar.license.audit import audit
    from muhtar.waivers.cover import Decisions

    if as_of is None:
        return audit(run.site, progress=run.progress)
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"--as-of {as_of} is not a day", mend="write it YYYY-MM-DD: --as-of 2027-01-31") from None
    return show(run, Decisions.of(run.site, day).judge(audit(run.site, progress=run.progress, as_of=day).build()))


namespace = collection("license", audit)
