"""Ask recorders what they have, and compare it with the declared cameras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.video.cameras import Camera
from muhtar.video.judge import judge
from nornir_tasks.get_nvr_monitors import get_nvr_monitors

__all__ = ["PATIENCE", "ask", "look"]

# How long a camera may take until its recording begins, in seconds: a recorder that was just started reaches for all of them.
PATIENCE = 45.0


def ask(
    inventory: Inventory,
    recorders: Sequence[Target],
    declared: Mapping[str, Sequence[Camera]],
    *,
    progress: Progress,
    patience: float = 0.0,
) -> dict[str, HostResult]:
    """Each recorder's monitors. With `patience` (seconds), those of declared cameras are given that time to begin recording."""

    def names(target: Target) -> dict[str, Any]:
        return {"recording": [camera.name for camera in declared[target.name]]}

    return run_fleet(
        inventory,
        recorders,
        get_nvr_monitors,
        name="cameras of the recorders",
        progress=progress,
        per_target=names,
        patience=patience,
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
    return [outcome for target in recorders for outcome in judge(target.name, declared[target.name], results[target.name])]
