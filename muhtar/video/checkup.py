"""Everything that is checked of recorders and their cameras: one session a recorder, one look at each camera from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from muhtar.doors.fleet import HostResult
from muhtar.doors.together import together
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.video.cameras import Camera
from muhtar.video.exposure import exposure, leads, probe
from muhtar.video.judge import CHECK, failed
from muhtar.video.kept import recording, retention
from muhtar.video.look import examine, judged
from muhtar.video.machine import channels, clock, disk, firmware
from muhtar.video.pictures import PageLimits, moving
from muhtar.video.pictures import stills as page_stills
from muhtar.video.policy import Policies, policies_of
from muhtar.video.verdict import Verdict
from nornir_tasks.recorder import Health, Untold
from nornir_tasks.recorder_kind import recorder_kind

__all__ = ["check_up"]


def check_up(
    builder: ReportBuilder,
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    progress: Progress,
    stills: bool = False,
) -> None:
    """Give `builder` the outcomes of `drift.video` and of every `video.*` check of these recorders.

    A version is checked where one is declared, the number of cameras where the kind of recorder limits it; with
    `stills`, whether pictures move, and they are on the report's page. Raises InventoryError for a limit that is none, before
    anything is asked.
    """
    policies = policies_of(inventory, recorders, {name: [camera.name for camera in found] for name, found in declared.items()})
    streams = {camera.name: camera.place for found in declared.values() for camera in found}
    page = PageLimits.of(inventory.site)
    width = page.width if stills else 0
    examined, probed = (
        future.result()
        for future in together(
            [
                partial(examine, inventory, recorders, declared, progress=progress.child(), still_width=width),
                partial(probe, inventory, policies, streams, progress=progress.child()),
            ]
        )
    )
    room = page.total
    for target in recorders:
        found, own = examined[target.name], policies[target.name]
        builder.select(target.name, CHECK)
        builder.add(*judged(target, declared[target.name], found))
        if stills and found.error is None:
            pictures, room = page_stills(target.name, found.result, limits=page, room=room)
            builder.show(*pictures)
        for check in [*_checks(target, own), *(["video.picture"] if stills else [])]:
            builder.select(target.name, check)
            verdict = Verdict(target.name, check, found.started, found.duration)
            builder.add(*_outcomes(verdict, found, own, probed))


def _checks(target: Target, policies: Policies) -> list[str]:
    versions = [policies.recorder.firmware, *(policy.firmware for policy in policies.cameras.values())]
    return [
        "video.recording",
        "video.retention",
        "video.disk",
        "video.clock",
        "video.exposure",
        *(["video.firmware"] if any(versions) else []),
        *(["video.channels"] if recorder_kind(target) == "isapi" else []),
    ]


def _outcomes(verdict: Verdict, found: HostResult, policies: Policies, probed: Mapping[str, HostResult]) -> Iterable[Outcome]:
    if found.error is not None:
        lost = failed(verdict.target, found).model_copy(update={"check": verdict.check})
        if verdict.check != "video.exposure" or not probed:
            return [lost]
        # What strangers see is seen without the recorder's help. Its own part has the words of the failure.
        verdict.unchecked("", lost.summary)
        return exposure(verdict, None, policies, probed)
    health: Health = found.result
    lead = 0.0 if isinstance(health.offset, Untold) else health.offset
    # Recordings are dated by the recorder's clock, so they are judged by it.
    now = datetime.now(UTC) + timedelta(seconds=lead)
    cameras = leads(policies, probed)
    judges: dict[str, Callable[[], Iterable[Outcome]]] = {
        "video.recording": lambda: recording(verdict, health, policies, now=now),
        "video.retention": lambda: retention(verdict, health, policies, now=now),
        "video.disk": lambda: disk(verdict, health, policies),
        "video.clock": lambda: clock(verdict, health, policies, cameras, len(policies.cameras) - len(cameras)),
        "video.exposure": lambda: exposure(verdict, health, policies, probed),
        "video.firmware": lambda: firmware(verdict, health, policies),
        "video.channels": lambda: channels(verdict, health),
        "video.picture": lambda: moving(verdict, health, policies),
    }
    return judges[verdict.check]()
