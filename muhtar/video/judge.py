"""From a recorder's monitors to outcomes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from muhtar.doors.fleet import HostResult
from muhtar.outcome import Outcome, Status
from muhtar.video.cameras import Camera
from muhtar.video.plan import plan
from nornir_tasks.monitor import Monitor

__all__ = ["CHECK", "Names", "failed", "judge", "set_unseen"]

CHECK = "drift.video"
_BY_HAND = "set it in the recorder: Muhtar only reads this kind"
# What a recorder may withhold, in words.
_WORDS = {"status": "whether pictures come in", "Function": "when it records", "age": "what it recorded"}


class _Shared(TypedDict):
    target: str
    check: str
    started: datetime
    duration: float


def judge(recorder: str, declared: Sequence[Camera], result: HostResult, *, settable: bool = True) -> list[Outcome]:
    """One finding for each camera that is not as declared or does not record; one ok where there is none.

    `result` holds the recorder's list[Monitor]; `settable` tells whether Muhtar can set its cameras.
    """
    if result.error is not None:
        return [failed(recorder, result)]
    monitors: list[Monitor] = result.result
    shared = _shared(recorder, result)
    by_name = {camera.name: camera for camera in declared}
    found: dict[str, Outcome] = {}
    names = Names()
    for difference in plan(declared, monitors):
        camera = by_name.get(difference.change.name)
        name = names(difference.change.name)
        found[name] = Outcome(
            **shared,
            status=Status.FINDING,
            subject=name,
            summary=f"{name}: {difference.summary}",
            wanted=difference.wanted,
            found=difference.found,
            intent=camera.intent if camera else None,
            mend=f"./inv drift.check --only video --limit {recorder} --apply" if settable else _BY_HAND,
        )
    for camera, trouble in _troubles(declared, monitors):
        # What is wrong in the settings comes first: it may be why nothing is recorded.
        if camera.name not in found:
            found[camera.name] = Outcome(
                **shared,
                status=Status.FINDING,
                subject=camera.name,
                summary=f"{camera.name}: does not record: {trouble}",
                wanted="recording",
                found=trouble,
                intent=camera.intent,
                mend="see whether the camera answers and the recorder's disk has room",
            )
    for name, why in _withheld(declared, monitors):
        if name not in found:
            summary = f"{name}: the recorder does not tell {why}"
            found[name] = Outcome(**shared, status=Status.UNCHECKED, subject=name, summary=summary)
    if found:
        return list(found.values())
    return [Outcome(**shared, status=Status.OK, summary=_all_well(len(declared)))]


def failed(recorder: str, result: HostResult) -> Outcome:
    """The outcome of a recorder that gave no result: `unchecked` where it could not be reached, `error` otherwise."""
    summary = ("cannot be asked: " if result.unreachable else "") + result.why
    return Outcome(**_shared(recorder, result), status=result.status, summary=summary)


def set_unseen(recorder: str, result: HostResult) -> Outcome:
    """The outcome of a recorder that was given the declared cameras, and that nobody asked whether it records them."""
    summary = "the declared cameras are set; whether they record was not looked at"
    return Outcome(**_shared(recorder, result), status=Status.OK, summary=summary)


def _shared(recorder: str, result: HostResult) -> _Shared:
    return {"target": recorder, "check": CHECK, "started": result.started, "duration": result.duration}


def _troubles(declared: Iterable[Camera], monitors: Iterable[Monitor]) -> list[tuple[Camera, str]]:
    oldest = {monitor.name: monitor for monitor in sorted(monitors, key=lambda monitor: -monitor.id)}
    pairs = [(camera, oldest[camera.name].trouble) for camera in declared if camera.name in oldest]
    return [(camera, trouble) for camera, trouble in pairs if trouble]


def _withheld(declared: Iterable[Camera], monitors: Iterable[Monitor]) -> list[tuple[str, str]]:
    """Declared cameras of which the recorder keeps something to itself, and what and why."""
    names = {camera.name for camera in declared}
    return [
        (monitor.name, "; ".join(f"{_WORDS[key]}: {why}" for key, why in monitor.withheld.items()))
        for monitor in monitors
        if monitor.name in names and monitor.withheld
    ]


def _all_well(count: int) -> str:
    if count == 0:
        return "no camera is declared for it, and it has none"
    return f"{count} camera{'' if count == 1 else 's'} as declared, recording"


class Names:
    """Subjects: the monitor's name, numbered where a recorder has the same one twice."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name} #{self._seen[name]}"
