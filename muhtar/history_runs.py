"""Single runs of the history: by their id, or the last one before a moment."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from muhtar.errors import UsageError
from muhtar.history_tables import REPORT

if TYPE_CHECKING:
    from muhtar.report import Report

__all__ = ["before", "named"]

_SHOWN = 5
# Which waivers there are is no part of what a run was asked to look at.
_NOT_ASKED = frozenset({"waiver.term"})


def named(connection: Connection, identifier: str, site: str) -> Row[Any]:
    """The row of the report whose id begins so. Raises UsageError for none, or several."""
    begins = REPORT.c.id.startswith(identifier, autoescape=True)
    rows = connection.execute(select(REPORT).where(REPORT.c.site == site, begins).limit(2)).all()
    if len(rows) == 1:
        return rows[0]
    newest = select(REPORT.c.id, REPORT.c.workflow, REPORT.c.finished).where(REPORT.c.site == site)
    last = connection.execute(newest.order_by(REPORT.c.finished.desc()).limit(_SHOWN)).all()
    told = "; ".join(f"{row.id[:12]} ({row.workflow}, {row.finished:%Y-%m-%d %H:%M} UTC)" for row in last)
    raise UsageError(
        f"several runs of {site} begin with {identifier!r}" if rows else f"the history has no run {identifier!r} of {site}",
        mend=f"the last ones are {told}" if told else "the history has no run at all yet",
    )


def before(connection: Connection, moment: datetime, workflow: str, site: str, like: Report | None) -> Row[Any] | None:
    """The row of the newest report of the workflow that ended before `moment`.

    With `like`, of the same limit, shard and checks as that report, and not that report itself.
    """
    query = select(REPORT).where(REPORT.c.site == site, REPORT.c.workflow == workflow, REPORT.c.finished < moment)
    for row in connection.execute(query.order_by(REPORT.c.finished.desc())):
        if like is None or (row.id != like.id and _selection(json.loads(row.body)) == _selection(like.model_dump(mode="json"))):
            return row
    return None


def _selection(report: dict[str, Any]) -> tuple[str | None, str | None, frozenset[str]]:
    checks = {pair["check"] for pair in report["selected"]} - _NOT_ASKED
    return report["limit"], report["shard"], frozenset(checks)
