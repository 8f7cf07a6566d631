"""What the newest snapshot of a source holds, against what earlier ones held: its size, its changed files, its compressibility.

Encrypted data does not compress: when files that did compress come back as data that does not, somebody else may hold the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from muhtar.backup.outcomes import Maker, size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Item
from muhtar.backup.runs import SourceRun
from muhtar.backup.seen import Seen
from muhtar.outcome import Outcome, Status
from muhtar.words import count

__all__ = ["CHECK", "Size", "judge", "size_of"]

CHECK = "backup.trend"
# Against how many earlier runs; of fewer than `_FEW`, only the size is judged.
_TRAILING, _FEW = 14, 5
# A source that doubles or halves against the median, beyond all that the trailing runs ever were.
_FACTOR = 2.0
# Small sources double easily: growth below this is nothing to look at.
_GROWTH = 10_000_000
# Of folders with fewer files, a share of them says nothing.
_FILES = 20
# More than this share of all files changed, and three times as many as ever before.
_CHANGED, _TIMES = 0.5, 3.0
# Bytes as added against bytes as packed: 1 does not compress at all. Of less new data, the ratio says nothing.
_PACKED, _USUAL, _NEW_BYTES = 0.95, 0.8, 1_000_000
_MEND = "look at the source on the host; if it is as it should be, the next runs will be the new usual"


@dataclass(frozen=True)
class Size:
    """How much all sources of a system hold now, and how much by the median of earlier runs (None: there are none)."""

    bytes: int
    usual: float | None

    @property
    def growth(self) -> float | None:
        """Now against usual: 1.0 is equal."""
        return self.bytes / self.usual if self.usual else None


def judge(plan: Plan, job: Job, seen: Seen) -> list[Outcome]:
    """One outcome of `backup.trend` for each source of a host, by what its repository lists."""
    started = datetime.now(UTC)
    outcomes = Maker(plan, CHECK, job)
    if seen.error:
        return [outcomes.failed(item, seen.error, started=started) for item in job.items]
    return [_judged(outcomes, item, seen.whole(item.source), started) for item in job.items]


def size_of(job: Job, seen: Seen) -> Size | None:
    """The size of a system's sources; None where there is no whole snapshot of any, or nobody could look."""
    found = [whole for item in job.items if (whole := seen.whole(item.source))]
    if not found:
        return None
    usual = [median(_bytes(run) for run in whole[:-1][-_TRAILING:]) if len(whole) > 1 else None for whole in found]
    known = [value for value in usual if value is not None]
    # A source that is new has no usual size yet; a sum without it would show growth where there is none.
    return Size(round(sum(_bytes(whole[-1]) for whole in found)), sum(known) if len(known) == len(usual) else None)


def _judged(outcomes: Maker, item: Item, whole: Sequence[SourceRun], started: datetime) -> Outcome:
    if not whole:
        text = "there is no whole snapshot to compare"
        return outcomes.make(item, Status.FINDING, text, started=started, found=text, mend="./inv backup.run")
    newest, before = whole[-1], whole[:-1][-_TRAILING:]
    odd = list(_oddities(item, newest, before))
    if odd:
        text = "; ".join(odd)
        wanted = f"a snapshot as the {count(len(before), 'run')} before it" if before else "a snapshot above its minimum"
        return outcomes.make(item, Status.FINDING, text, started=started, wanted=wanted, found=text, mend=_MEND)
    held = f"{count(newest.files, 'file')}, {size(newest.bytes)}"
    if not before:
        return outcomes.make(item, Status.OK, f"{held}; the first one, with nothing before it to compare with", started=started)
    said = f"{held}, usually {size(round(median(_bytes(run) for run in before)))}"
    few = f"; only {count(len(before), 'run')} before it to compare with" if len(before) < _FEW else ""
    return outcomes.make(item, Status.OK, said + few, started=started)


def _oddities(item: Item, newest: SourceRun, before: Sequence[SourceRun]) -> Iterator[str]:
    if newest.bytes < item.minimum_size:
        yield f"it holds {size(newest.bytes)}, less than its minimum of {size(item.minimum_size)}"
    if not before:
        return
    yield from _volume(_bytes(newest), [_bytes(run) for run in before])
    if len(before) >= _FEW:
        yield from _changes(newest, before)
        yield from _entropy(newest, before)


def _volume(now: float, before: Sequence[float]) -> Iterator[str]:
    usual = median(before)
    if now < usual / _FACTOR and now < min(before):
        yield f"it holds {size(round(now))}, usually {size(round(usual))}"
    elif now > usual * _FACTOR and now > max(before) and now - usual > _GROWTH:
        yield f"it grew to {size(round(now))}, usually {size(round(usual))}"


def _changes(newest: SourceRun, before: Sequence[SourceRun]) -> Iterator[str]:
    # The first run of all has nothing but new files.
    most = max(run.changed / run.files for run in before[1:] if run.files) if any(run.files for run in before[1:]) else 0.0
    share = newest.changed / newest.files if newest.files else 0.0
    if newest.files >= _FILES and share > _CHANGED and share > _TIMES * most:
        yield f"{newest.changed} of {newest.files} files are new or different at once, at most {most:.0%} before"


def _entropy(newest: SourceRun, before: Sequence[SourceRun]) -> Iterator[str]:
    if newest.added < _NEW_BYTES:
        return
    ratios = [run.packed / run.added for run in before if run.added >= _NEW_BYTES / 10]
    ratio = newest.packed / newest.added
    if ratios and ratio > _PACKED and median(ratios) < _USUAL:
        yield (
            f"its new data, {size(newest.added)}, does not compress (to {ratio:.0%}; usually to {median(ratios):.0%}): "
            "it may have been encrypted"
        )


def _bytes(run: SourceRun) -> float:
    """Of a run of many devices, those of one of them: how many answered must not look like a change of size."""
    return run.bytes / run.systems
