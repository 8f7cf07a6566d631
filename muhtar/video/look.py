"""Ask recorders what they have and how they are, and compare it with what is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.video.cameras import Camera
from muhtar.video.judge import judge
from muhtar.video.kept import WINDOW
from nornir_tasks.examine_recorder import examine_recorder
from nornir_tasks.get_nvr_monitors import get_nvr_monitors
from nornir_tasks.recorder import Health
from nornir_tasks.recorder_kind import recorder_kind

__all__ = ["PATIENCE", "ask", "examine", "judged", "look"]

# How long a camera may take until its recording begins, in seconds: a recorder that was just started reaches for all of them.
PATIENCE = 45.0
# Seconds: a recorder of hundreds of cameras is asked three things about each.
TIMEOUT = 300.0


def ask(
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    progress: Progress,
    patience: float = 0.0,
) -> dict[str, HostResult]:
    """Each recorder's monitors; the whole `Health` of those that tell nothing less.

    With `patience` (seconds), those of declared cameras are given that time to begin recording.
    """
    others = [target for target in recorders if recorder_kind(target) != "zoneminder"]
    own = [target for target in recorders if target not in others]
    found: dict[str, HostResult] = {}
    if others:
        found |= examine(inventory, others, declared, progress=progress)
    if own:
        found |= run_fleet(
            inventory,
            own,
            get_nvr_monitors,
            name="cameras of the recorders",
            progress=progress,
            per_target=lambda target: _recording(declared, target),
            patience=patience,
        )
    return found


def examine(
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    progress: Progress,
    still_width: int = 0,
) -> dict[str, HostResult]:
    """Each recorder's `Health`, its cameras given time to begin recording; with a `still_width` (pixels) their pictures, too."""
    return run_fleet(
        inventory,
        recorders,
        examine_recorder,
        name="recorders and what they keep",
        progress=progress,
        timeout=TIMEOUT,
        per_target=lambda target: {**_recording(declared, target), "names": _names(declared, target)},
        patience=PATIENCE,
        window=WINDOW,
        still_width=still_width,
    )


def look(
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    progress: Progress,
) -> list[Outcome]:
    """Outcomes of `drift.video` for these recorders: the cameras that are not as declared or do not record."""
    results = ask(inventory, recorders, declared, progress=progress, patience=PATIENCE)
    return [outcome for target in recorders for outcome in judged(target, declared[target.name], results[target.name])]


def judged(target: Target, declared: Sequence[Camera], result: HostResult) -> list[Outcome]:
    """Outcomes of `drift.video` of one recorder, by its monitors or its whole health."""
    plain = replace(result, result=result.result.monitors) if isinstance(result.result, Health) else result
    return judge(target.name, declared, plain, settable=recorder_kind(target) == "zoneminder")


def _recording(declared: Mapping[str, Sequence[Camera]], target: Target) -> dict[str, Any]:
    return {"recording": [camera.name for camera in declared[target.name]]}


def _names(declared: Mapping[str, Sequence[Camera]], target: Target) -> dict[str, str]:
    """What a recorder calls its cameras, and their names here."""
    return {camera.channel: camera.name for camera in declared[target.name] if camera.channel}
