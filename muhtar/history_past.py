"""What the history knows of one outcome: when it was first seen, when its target was last well, how often it came back."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection, func, select

from muhtar.errors import UsageError
from muhtar.history_tables import CHECKED, OUTCOME
from muhtar.outcome import LOOKED, Outcome, Status

__all__ = ["Look", "Past", "Seen", "past_of"]

_NEAREST = 3


class Seen(StrEnum):
    """What a run said of the thing: it was there and not ok; somebody looked, and it was not; nobody could look."""

    THERE = "there"
    GONE = "gone"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Look:
    """One run that was to look at the outcome's target by its check: the report's id, when it ended, and what it saw."""

    report: str
    finished: datetime
    seen: Seen


@dataclass(frozen=True)
class Past:
    """An outcome as it was last seen not ok (or, where it never was, as it was last seen), and all looks, oldest first."""

    outcome: Outcome
    looks: tuple[Look, ...]

    @property
    def now(self) -> Seen:
        """What the last run that could look saw; where that one could not, what nobody has seen otherwise since."""
        return next((look.seen for look in reversed(self.looks) if look.seen is not Seen.UNSEEN), Seen.UNSEEN)

    @property
    def first_seen(self) -> datetime | None:
        """When it was first there."""
        return next((look.finished for look in self.looks if look.seen is Seen.THERE), None)

    @property
    def last_seen(self) -> datetime | None:
        """When it was last there."""
        return next((look.finished for look in reversed(self.looks) if look.seen is Seen.THERE), None)

    @property
    def last_ok(self) -> datetime | None:
        """When somebody last looked and it was not there."""
        return next((look.finished for look in reversed(self.looks) if look.seen is Seen.GONE), None)

    @property
    def since(self) -> datetime | None:
        """When its present spell began; None where it is gone."""
        began = None
        for look in reversed(self.looks):
            if look.seen is Seen.GONE:
                break
            began = look.finished if look.seen is Seen.THERE else began
        return began

    @property
    def regressed(self) -> int:
        """How often it came back after it had gone."""
        known = [look.seen for look in self.looks if look.seen is not Seen.UNSEEN]
        known = known[known.index(Seen.THERE) :] if Seen.THERE in known else []
        return sum(earlier is Seen.GONE and later is Seen.THERE for earlier, later in pairwise(known))

    def count(self, seen: Seen) -> int:
        """In how many runs it was seen so."""
        return sum(look.seen is seen for look in self.looks)


def past_of(connection: Connection, identifier: str, site: str) -> Past:
    """What is kept of the outcome whose id begins so. Raises UsageError for none, naming the nearest, or for several."""
    whole = _whole_id(connection, identifier.strip().lower(), site)
    rows = connection.execute(
        select(OUTCOME.c.report, OUTCOME.c.status).where(OUTCOME.c.site == site, OUTCOME.c.id == whole)
    ).all()
    there = {row.report for row in rows if row.status != Status.OK}
    outcome = _newest(connection, whole, site)
    pairs = (
        select(CHECKED.c.report, CHECKED.c.finished, CHECKED.c.status)
        .where(CHECKED.c.site == site, CHECKED.c.target == outcome.target, CHECKED.c.check_id == outcome.check)
        .order_by(CHECKED.c.finished)
    )
    looks = [Look(row.report, row.finished, _seen(row.report in there, row.status)) for row in connection.execute(pairs)]
    return Past(outcome, tuple(looks))


def _seen(there: bool, pair: str) -> Seen:
    if there:
        return Seen.THERE
    return Seen.GONE if Status(pair) in LOOKED else Seen.UNSEEN


def _newest(connection: Connection, identifier: str, site: str) -> Outcome:
    """The outcome as it was last seen not ok; else as it was last seen."""
    query = (
        select(OUTCOME.c.body)
        .where(OUTCOME.c.site == site, OUTCOME.c.id == identifier)
        .order_by((OUTCOME.c.status == Status.OK.value), OUTCOME.c.finished.desc())
        .limit(1)
    )
    return Outcome.model_validate_json(connection.execute(query).scalar_one())


def _whole_id(connection: Connection, given: str, site: str) -> str:
    begins = OUTCOME.c.id.startswith(given, autoescape=True)
    found = list(connection.execute(select(OUTCOME.c.id).where(OUTCOME.c.site == site, begins).distinct().limit(20)).scalars())
    if given and len(found) == 1:
        return str(found[0])
    if given and found:
        raise UsageError(f"several outcomes begin with {given!r}", mend=f"give more of it: {_named(connection, found, site)}")
    # Of what was never wrong nobody asks an explanation.
    wrong = select(OUTCOME.c.id).where(OUTCOME.c.site == site, OUTCOME.c.status != Status.OK.value)
    known = list(connection.execute(wrong.group_by(OUTCOME.c.id).order_by(func.max(OUTCOME.c.finished).desc())).scalars())
    near = difflib.get_close_matches(given, known, n=_NEAREST, cutoff=0.5) or known[:_NEAREST]
    raise UsageError(
        f"the history of {site} has no outcome {given!r}",
        mend=f"the nearest are {_named(connection, near, site)}"
        if near
        else "run ./inv drift.check first: it has no finding yet",
    )


def _named(connection: Connection, identifiers: Sequence[str], site: str) -> str:
    newest = {identifier: _newest(connection, identifier, site) for identifier in identifiers[:_NEAREST]}
    told = [f"{identifier} ({outcome.target}, {outcome.subject or outcome.check})" for identifier, outcome in newest.items()]
    return "; ".join(told) + (" …" if len(identifiers) > _NEAREST else "")
