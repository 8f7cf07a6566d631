"""The report as GitLab Code Quality: each finding at the line of the repository that states the intent."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from muhtar.outcome import Outcome, Status
from muhtar.render.context import Context
from muhtar.render.view import BAD, severity
from muhtar.report import Report

__all__ = ["render"]


def render(report: Report, context: Context) -> str:
    """A JSON array with one object per outcome that is neither ok nor waived, worst first."""
    del context
    found = [_issue(report, outcome) for status in BAD for outcome in report.outcomes if outcome.status is status]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _issue(report: Report, outcome: Outcome) -> dict[str, Any]:
    about = f"{outcome.target}: {outcome.subject}" if outcome.subject else outcome.target
    prefix = "" if outcome.status is Status.FINDING else f"{outcome.status.value}: "
    path, line = _place(report, outcome)
    return {
        "description": f"{prefix}{about}: {outcome.summary}",
        "check_name": outcome.check,
        "fingerprint": _fingerprint(report, outcome),
        "severity": _severity(outcome),
        "location": {"path": path, "lines": {"begin": line}},
    }


def _place(report: Report, outcome: Outcome) -> tuple[str, int]:
    """GitLab can only link files of the repository: what is stated elsewhere points to the site's hosts."""
    intent = outcome.intent
    if intent is None or intent.file.startswith(("/", ".")):
        return f"inventories/{report.site}/hosts.yml", 1
    return intent.file, intent.line or 1


def _severity(outcome: Outcome) -> str:
    if outcome.status is Status.ERROR:
        return "blocker"
    if outcome.status is Status.UNCHECKED:
        return "critical"
    return severity(outcome.check)


def _fingerprint(report: Report, outcome: Outcome) -> str:
    """The same over runs, branches and wording: what is looked at and what became of it."""
    return hashlib.sha256(f"{report.site}\0{outcome.id}\0{outcome.status.value}".encode()).hexdigest()
