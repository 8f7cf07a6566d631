"""Judging what is kept: the holes of the last day, and the days that recordings are kept against the policy. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from muhtar.outcome import Outcome
from muhtar.video.coverage import Coverage, cover
from muhtar.video.policy import CameraPolicy, Policies
from muhtar.video.verdict import Verdict
from muhtar.words import count, some
from nornir_tasks.recorder import Disk, Health, Recordings, Untold

__all__ = ["WINDOW", "recording", "retention"]

WINDOW = timedelta(hours=24)
_DAY = timedelta(days=1)
# A disk with less room than this has begun to overwrite, whatever its recorder says.
_FULL = 0.06
# Recordings are deleted in whole sections, and not in the second in which they become too old.
_SLACK = timedelta(hours=6)


def recording(verdict: Verdict, health: Health, policies: Policies, *, now: datetime) -> Iterable[Outcome]:
    """Outcomes of `video.recording`. A camera that is younger than a day is judged on the time since its first recording."""
    young, worst = 0, 100.0
    for name, policy in policies.cameras.items():
        kept = _kept(verdict, health, name)
        if kept is None:
            continue
        if kept.oldest is None:
            verdict.finding(
                name, "nothing was ever recorded", wanted="recordings", found="none", mend="see drift.video of this camera"
            )
            continue
        begin = max(now - WINDOW, min(kept.oldest, _since(policy, kept.oldest)))
        found = cover(kept.spans, begin, now, longest=timedelta(seconds=policy.gap_seconds))
        whole = begin == now - WINDOW
        young += not whole
        worst = min(worst, found.share * 100)
        _holes(verdict, name, policies, policy, found, whole=whole)
    what = f"no hole in {count(len(policies.cameras), 'camera')} in 24 h, {worst:.1f} % there at the least"
    return verdict.outcomes(what + (f"; {young} younger than that, judged since the first recording" if young else ""))


def _holes(verdict: Verdict, name: str, policies: Policies, policy: CameraPolicy, found: Coverage, *, whole: bool) -> None:
    hours = (found.end - found.begin).total_seconds() / 3600
    share = f"{found.share:.1%} of the last {hours:.3g} h is recorded"
    mend = "see whether the camera, its network and the recorder were up then; ./inv drift.check --only video"
    if found.gaps:
        holes = [f"{a:%H:%M:%S} to {b:%H:%M:%S} UTC ({(b - a).total_seconds() / 60:.0f} min)" for a, b in found.gaps]
        verdict.finding(
            name,
            f"{count(len(holes), 'hole')} in its recordings, {share}",
            wanted=f"no hole above {policy.gap_seconds:g} s",
            found=some(holes, 10, "\n"),
            intent=policies.intent(name, "gap_seconds"),
            mend=mend,
        )
    elif whole and found.share * 100 < policy.coverage:
        # Of minutes, a percent is less than any recorder's pause between two files: only a whole day is measured.
        verdict.finding(
            name,
            share,
            wanted=f"{policy.coverage:g} %",
            found=f"{found.share:.2%}",
            intent=policies.intent(name, "coverage"),
            mend=mend,
        )


def retention(verdict: Verdict, health: Health, policies: Policies, *, now: datetime) -> Iterable[Outcome]:
    """Outcomes of `video.retention`: the age of the oldest recording against the policy's least and most days."""
    young, oldest = 0, timedelta()
    for name, policy in policies.cameras.items():
        if policy.keep_days_min is None or policy.keep_days_max is None:
            lacking = "camera_keep_days_min" if policy.keep_days_min is None else "camera_keep_days_max"
            verdict.unchecked(name, f"{lacking} is not declared: nothing says how long", mend="declare it for the group cameras")
            continue
        kept = _kept(verdict, health, name)
        if kept is None:
            continue
        if kept.oldest is None:
            verdict.unchecked(name, "nothing was ever recorded, so nothing is old", mend="see video.recording")
            continue
        age = now - kept.oldest
        oldest = max(oldest, age)
        least, most = timedelta(days=policy.keep_days_min), timedelta(days=policy.keep_days_max)
        if age > most + _SLACK:
            verdict.finding(
                name,
                f"recordings are kept for {age / _DAY:.1f} days, {policy.keep_days_max:g} are allowed",
                wanted=f"at most {policy.keep_days_max:g} days",
                found=f"the oldest recording is of {kept.oldest.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
                intent=policies.intent(name, "keep_days_max"),
                mend="delete what is older, and let the recorder delete by age",
            )
        elif age < least - _SLACK:
            if why := _too_short(health, policy, kept.oldest, now):
                verdict.finding(
                    name,
                    f"recordings are kept for {age / _DAY:.1f} days only, {policy.keep_days_min:g} are wanted: {why}",
                    wanted=f"at least {policy.keep_days_min:g} days",
                    found=f"the oldest recording is of {kept.oldest.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
                    intent=policies.intent(name, "keep_days_min"),
                    mend="give the recorder more room, or lower the cameras' rate",
                )
            else:
                young += 1
    cameras = count(len(policies.cameras), "camera")
    what = f"recordings of {cameras} are kept as long as declared, the oldest {oldest / _DAY:.1f} days"
    return verdict.outcomes(what + (f"; {young} began later than the least that is wanted" if young else ""))


def _too_short(health: Health, policy: CameraPolicy, oldest: datetime, now: datetime) -> str:
    """Why recordings that are younger than the policy's least are no young camera's; empty where nothing speaks for that."""
    if policy.since is not None:
        began = _since(policy, oldest)
        return f"the camera began on {policy.since}" if oldest - began > _SLACK + _DAY and now - began > _DAY else ""
    return "the disk is full" if _full(health.disks) else ""


def _full(disks: tuple[Disk, ...] | Untold) -> bool:
    return not isinstance(disks, Untold) and any(not isinstance(disk.free, Untold) and disk.free < _FULL for disk in disks)


def _since(policy: CameraPolicy, otherwise: datetime) -> datetime:
    return datetime.combine(policy.since, time(), UTC) if policy.since else otherwise


def _kept(verdict: Verdict, health: Health, name: str) -> Recordings | None:
    """The camera's recordings. What the recorder withholds is said; one that it does not have is said by drift.video."""
    found: Mapping[str, Recordings | Untold] = health.recordings
    kept = found.get(name)
    if kept is None:
        verdict.unchecked(name, "the recorder does not have this camera", mend="see drift.video")
        return None
    if isinstance(kept, Untold):
        verdict.unchecked(name, f"the recorder does not tell its recordings: {kept.why}")
        return None
    return kept
