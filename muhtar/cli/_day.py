"""--as-of: an audit of a register asked for another day. The answer is shown and not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from muhtar.cli.command import Run
    from muhtar.report import ReportBuilder

__all__ = ["HELP", "day_of", "on_day"]

HELP = {"as-of": "ask for another day (YYYY-MM-DD); such an answer is not kept in the history"}


def on_day(run: Run, as_of: str | None, audit: Callable[[date | None], ReportBuilder]) -> ReportBuilder | int:
    """The audit of today, or, of another day, its exit code after it was shown as that day's waivers have it.

    Raises UsageError for what is no day.
    """
    from muhtar.cli._show import show
    from muhtar.waivers.cover import Decisions

    day = day_of(as_of)
    if day is None:
        return audit(None)
    return show(run, Decisions.of(run.site, day).judge(audit(day).build()))


def day_of(as_of: str | None) -> date | None:
    """What --as-of says. Raises UsageError for what is no day."""
    from datetime import date

    from muhtar.errors import UsageError

    if as_of is None:
        return None
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"--as-of {as_of} is not a day", mend="write it YYYY-MM-DD: --as-of 2027-01-31") from None
