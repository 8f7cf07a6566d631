"""Which runs of a source a retention keeps: restic's own rules, over whole runs instead of single snapshots.

restic would group snapshots by tags or paths; a run of several snapshots (a dump per database) stays or goes as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from muhtar.backup.runs import SourceRun

__all__ = ["Choice", "choose"]

_BUCKETS: dict[str, Callable[[datetime], object]] = {
    "keep_hourly": lambda moment: (moment.year, moment.month, moment.day, moment.hour),
    "keep_daily": lambda moment: (moment.year, moment.month, moment.day),
    "keep_weekly": lambda moment: moment.isocalendar()[:2],
    "keep_monthly": lambda moment: (moment.year, moment.month),
    "keep_yearly": lambda moment: moment.year,
}


@dataclass(frozen=True)
class Choice:
    """What a retention says of the runs of one source: those that stay and those that go, oldest first."""

    stay: tuple[SourceRun, ...]
    go: tuple[SourceRun, ...]


def choose(runs: Iterable[SourceRun], rules: Mapping[str, int], *, may_be_empty: bool = False) -> Choice:
    """Apply `rules` ({"keep_daily": 14, ...}) to the runs of one source.

    A run that is not whole is worth nothing once a whole one is newer, and goes; before that it stays. Without a whole run
    nothing goes.
    """
    ordered = sorted(runs, key=lambda run: run.time)
    whole = [run for run in ordered if run.whole(may_be_empty=may_be_empty)]
    if not whole:
        return Choice(tuple(ordered), ())
    keep = _kept(whole, rules)
    broken = {run.id for run in ordered if run not in whole and run.time > whole[-1].time}
    stay = [run for run in ordered if run.id in keep | broken]
    return Choice(tuple(stay), tuple(run for run in ordered if run not in stay))


def _kept(whole: list[SourceRun], rules: Mapping[str, int]) -> set[str]:
    """As restic does it: from the newest on, the first of each hour, day, ...; the oldest fills a place that is left."""
    kept = {run.id for run in whole[-rules["keep_last"] :]} if rules.get("keep_last") else set()
    for rule, bucket in _BUCKETS.items():
        left, last = rules.get(rule, 0), None
        for run in reversed(whole):
            value = bucket(run.time)
            if left > 0 and (value != last or run is whole[0]):
                kept.add(run.id)
                left, last = left - 1, value
    # Whatever the rules are: the newest is the backup.
    kept.add(whole[-1].id)
    return kept
