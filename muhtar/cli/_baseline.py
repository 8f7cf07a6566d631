"""`--baseline`: the earlier run that a report is compared with. A wrong one is refused before an hour of work, not after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from muhtar.errors import MuhtarError, UsageError
from muhtar.settings import Site

if TYPE_CHECKING:
    from muhtar.report import Report

__all__ = ["LAST", "Baseline"]

# `--baseline` alone: the last run of the same task and selection, which nobody can know before the run's own selection is.
LAST = True
_RUN = re.compile(r"[0-9a-f]{4,32}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Baseline:
    """What was asked for (None: nothing), and the report where it can be known already."""

    site: Site
    asked: str | bool | None
    report: Report | None = None

    @classmethod
    def read(cls, site: Site, workflow: str, asked: str | bool | None) -> Baseline:
        """The earlier run by its id (or a beginning of it), a day, a moment (UTC, or with an offset), or a JSON report's path.

        Of a day or moment, the last run of the workflow until then. Raises UsageError where there is no such run,
        InvalidReportError for a file that is no report.
        """
        from muhtar.history import History

        if asked is None or asked is LAST:
            return cls(site, asked)
        text = str(asked)
        if Path(text).is_file():
            found = _from_file(site, text)
        elif _DAY.match(text):
            moment = _moment(site, text)
            earlier = History.open().run_before(moment, workflow, site=site.name)
            if earlier is None:
                raise UsageError(
                    f"--baseline {text}: there is no run of {workflow} until then", mend="give a later day, or a run's id"
                )
            found = earlier
        elif _RUN.fullmatch(text):
            found = History.open().run_named(text, site=site.name)
        else:
            raise UsageError(
                f"--baseline {text}: there is no such file, and it is neither a run's id nor a day",
                mend="write --baseline 2026-11-20, --baseline last-week.json, or --baseline alone for the last run",
            )
        if found.workflow != workflow:
            raise UsageError(f"--baseline {text} is a run of {found.workflow}, not of {workflow}", mend=f"name one of {workflow}")
        return cls(site, asked, found)

    def compare(self, report: Report) -> Report:
        """The report with the comparison in it, as it is where none was asked for; a note says where there can be none."""
        if self.asked is None:
            return report
        try:
            return self._compared(report)
        except MuhtarError as error:
            # The history fails, and whoever keeps the report there will say so: what was seen must not get lost.
            return _noted(report, f"not compared with an earlier run: {error.message}")

    def _compared(self, report: Report) -> Report:
        from muhtar.compared import compare
        from muhtar.history import History

        history = History.open()
        earlier = self.report or history.run_before(report.started, report.workflow, site=report.site, like=report)
        if earlier is None:
            return _noted(report, f"there is no earlier run of {report.workflow} with this selection to compare with")
        found = compare(
            report,
            earlier,
            lambda ids: history.problems_before(earlier.finished, ids, site=report.site),
            source=str(self.asked) if Path(str(self.asked)).is_file() else None,
        )
        return report.model_copy(update={"compared": found})


def _noted(report: Report, note: str) -> Report:
    return report.model_copy(update={"notes": (*report.notes, note)})


def _from_file(site: Site, text: str) -> Report:
    from muhtar.stored import read_report

    found = read_report(Path(text))
    if found.site != site.name:
        raise UsageError(f"--baseline {text} is a report of {found.site}, not of {site.name}", mend="name one of this site")
    return found


def _moment(site: Site, text: str) -> datetime:
    """The end of a day in the site's time zone, or a moment."""
    from zoneinfo import ZoneInfo

    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--baseline {text}: {error}", mend="write --baseline 2026-11-20 or 2026-11-20T18:00") from None
    if len(text) == len("2026-11-20"):
        return when.replace(tzinfo=ZoneInfo(site.settings["timezone"])) + timedelta(days=1)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
