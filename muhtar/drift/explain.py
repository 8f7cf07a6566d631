"""`drift.explain`: all that is known of one finding, from the history and the files here; no host is asked."""

from __future__ import annotations

from pathlib import Path

from muhtar.drift.mends import how
from muhtar.errors import UsageError
from muhtar.explained import Explained
from muhtar.history import History
from muhtar.history_past import Past
from muhtar.outcome import Intent, Status, Waived
from muhtar.secrets import redact
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions

__all__ = ["explain", "known", "written_at"]

# Of what states the intent: a task, an entry of a list.
MOST_LINES = 16


def explain(site: Site, identifier: str) -> Explained:
    """What is known of the outcome whose id begins so. Raises UsageError for none, or several."""
    past, waived = known(site, identifier)
    fix, unfixable = None, None
    try:
        fix = how(site, past.outcome)
    except UsageError as error:
        unfixable = error.message
    return Explained(past, written_at(site.root, past.outcome.intent), waived, fix, unfixable)


def known(site: Site, identifier: str) -> tuple[Past, Waived | None]:
    """What the history has of it, and who answers for it by today's register. Raises UsageError, RegisterError."""
    past = History.open().past(identifier, site=site.name)
    if past.outcome.status not in {Status.FINDING, Status.WAIVED}:
        return past, None
    finding = past.outcome.model_copy(update={"status": Status.FINDING, "waiver": None})
    return past, Decisions.of(site).cover([finding])[0].waiver


def written_at(root: Path, intent: Intent | None) -> tuple[tuple[int, str], ...]:
    """The lines of the file that belong to the intent's line, numbered: up to the next that is not deeper, or empty.

    Secrets are cut out. Nothing where the file, or the line in it, is not there any more.
    """
    if intent is None or intent.line is None:
        return ()
    try:
        lines = redact((root / intent.file).read_text(encoding="utf-8")).splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    if not 0 < intent.line <= len(lines):
        return ()
    below = lines[intent.line - 1 : intent.line - 1 + MOST_LINES]
    depth = _depth(below[0])
    last = next((index for index, line in enumerate(below) if index and (not line.strip() or _depth(line) <= depth)), len(below))
    return tuple(enumerate(below[:last], intent.line))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
