"""When nothing may be removed, whatever the retention says: what an honest schedule does not explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from muhtar.backup.outcomes import age
from muhtar.backup.runs import SourceRun
from muhtar.doors.restic import Snapshot
from muhtar.words import count

__all__ = ["Limits", "clocks", "pace", "share"]


@dataclass(frozen=True)
class Limits:
    """What a schedule explains.

    `skew`: how far clocks may be apart. `delay`: how long after it was begun a snapshot may come. `a_day`: runs of a source in
    24 hours for each that its RPO asks for (people run it by hand, too), looked at over `window`. `share`: what may go, 0 to 1.
    """

    skew: timedelta = timedelta(minutes=5)
    delay: timedelta = timedelta(hours=24)
    a_day: int = 6
    window: timedelta = timedelta(days=30)
    share: float = 0.5


def clocks(
    now: datetime,
    server: datetime,
    snapshots: Iterable[Snapshot],
    arrivals: Mapping[str, datetime],
    *,
    rpo_hours: float,
    first: bool,
    limits: Limits,
) -> str | None:
    """What is wrong with the clocks, if anything.

    `arrivals`: when each snapshot came, by the server's clock; `first`: they come straight from their hosts. A retention
    counts days: with a wrong clock it removes the wrong ones.
    """
    if abs(now - server) > limits.skew:
        return f"this machine's clock and the server's are {age(abs(now - server))} apart"
    listed = list(snapshots)
    for shot in listed:
        if shot.time > now + limits.skew:
            return f"snapshot {shot.id[:8]} of {shot.host} is {age(shot.time - now)} in the future"
        came = arrivals.get(shot.id)
        if came is None:
            return f"snapshot {shot.id[:8]} is listed, but not among the server's files"
        late = timedelta.max if shot.copied_from else limits.delay
        if first and not -limits.skew <= came - shot.time <= late:
            return f"snapshot {shot.id[:8]} says {shot.time:%Y-%m-%d %H:%M} UTC, but came at {came:%Y-%m-%d %H:%M} UTC"
    newest = max((shot.time for shot in listed), default=None)
    patience = max(timedelta(hours=3 * rpo_hours), timedelta(days=3))
    if newest and now - newest > patience:
        return f"the newest snapshot is {age(now - newest)} old: backups have stopped, or all clocks are wrong"
    return None


def pace(
    runs: Iterable[SourceRun], arrivals: Mapping[str, datetime], now: datetime, *, rpo_hours: float, limits: Limits
) -> str | None:
    """Whether the runs of a source came faster than its policy explains: new ones would push the good ones out.

    Without its arrival in `arrivals` (a copy comes when it is copied) a run counts when it was taken.
    """
    moments = (max(arrivals.get(shot.id, run.time) for shot in run.snapshots) for run in runs)
    came = sorted(moment for moment in moments if now - moment < limits.window)
    allowed = limits.a_day * max(1, round(24 / rpo_hours))
    for index, moment in enumerate(came):
        within = sum(1 for other in came[index:] if other - moment < timedelta(hours=24))
        if within > allowed:
            return f"{count(within, 'run')} within 24 h of {moment:%Y-%m-%d %H:%M} UTC, where {allowed} at most are explained"
    return None


def share(going: int, every: int, limits: Limits) -> str | None:
    """Whether more would go than a night's retention explains."""
    if every and going / every > limits.share:
        return f"{going} of {count(every, 'snapshot')} would go, more than {limits.share:.0%}"
    return None
