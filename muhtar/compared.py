"""A report against one earlier run that was chosen for it: what is new, came back, was mended, stayed, or could not be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from muhtar.outcome import LOOKED, Outcome, Status, worst

if TYPE_CHECKING:
    from muhtar.report import Report

__all__ = ["KINDS", "Compared", "Problem", "compare"]

KINDS = ("new", "regressed", "fixed", "unchanged", "unseen")


class Problem(BaseModel):
    """Something that is (or was) not ok: `id` is the outcome's, for `drift.explain`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    target: str
    check: str
    subject: str
    status: Status
    summary: str

    @classmethod
    def of(cls, outcome: Outcome) -> Problem:
        """What is kept of an outcome."""
        return cls(
            id=outcome.id,
            target=outcome.target,
            check=outcome.check,
            subject=outcome.subject,
            status=outcome.status,
            summary=outcome.summary,
        )


class Compared(BaseModel):
    """The comparison. `run` is the earlier report's id and `finished` its end; `source` the file, where it was read from one.

    Everything that is not ok is a problem, whether finding, waived, error or unchecked. `new` the earlier run did not have;
    of those, `regressed` had been there before that run, which looked and did not find them. `unchanged` both have. `fixed` and
    `unseen` only the earlier run has: of what is fixed, this run has looked at the same target by the same check and not found
    it; of what is unseen, it could not look, or was not asked to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    finished: datetime
    source: str | None = None
    new: tuple[Problem, ...] = ()
    regressed: tuple[Problem, ...] = ()
    fixed: tuple[Problem, ...] = ()
    unchanged: tuple[Problem, ...] = ()
    unseen: tuple[Problem, ...] = Field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many of each of KINDS."""
        return {kind: len(getattr(self, kind)) for kind in KINDS}


Pairs = Mapping[tuple[str, str], list[Outcome]]


def compare(now: Report, earlier: Report, known: Callable[[Iterable[str]], set[str]], *, source: str | None = None) -> Compared:
    """`now` against `earlier`. `known` says which of these outcome ids were problems in runs before the earlier one. Pure.

    What the earlier run could not look at counts as new: nobody can say that it was there already.
    """
    pairs, then = now.by_pair, earlier.by_pair
    bad, was_bad = _bad(now), _bad(earlier)
    added = [outcome for identifier, outcome in bad.items() if identifier not in was_bad]
    clear = [outcome.id for outcome in added if _looked(then, outcome)]
    back = known(clear) & set(clear) if clear else set()
    gone = [outcome for identifier, outcome in was_bad.items() if identifier not in bad]
    return Compared(
        run=earlier.id,
        finished=earlier.finished,
        source=source,
        new=_problems(outcome for outcome in added if outcome.id not in back),
        regressed=_problems(outcome for outcome in added if outcome.id in back),
        fixed=_problems(outcome for outcome in gone if _looked(pairs, outcome)),
        unchanged=_problems(outcome for identifier, outcome in bad.items() if identifier in was_bad),
        unseen=_problems(outcome for outcome in gone if not _looked(pairs, outcome)),
    )


def _bad(report: Report) -> dict[str, Outcome]:
    return {outcome.id: outcome for outcome in report.outcomes if outcome.status is not Status.OK}


def _looked(pairs: Pairs, outcome: Outcome) -> bool:
    """Whether the check could look at all of that target there: an error of one task may hide what others would say."""
    found = pairs.get((outcome.target, outcome.check))
    return found is not None and worst(found) in LOOKED


def _problems(outcomes: Iterable[Outcome]) -> tuple[Problem, ...]:
    return tuple(Problem.of(outcome) for outcome in outcomes)
