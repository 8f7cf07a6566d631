"""A network device's configuration: the device takes it as candidate and sees no difference. The candidate is discarded."""

from __future__ import annotations

import time

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.backup.restore import bring_back
from muhtar.backup.sources.device_config import RUNNING
from muhtar.doors.fleet import run_fleet
from muhtar.errors import UnreachableError
from muhtar.words import count
from nornir_tasks.compare_config import compare_config

__all__ = ["drill"]


def drill(case: Case) -> Drilled:
    """Nothing of it becomes active: loaded to replace what runs, compared by the device itself, dropped.

    Lines are only counted: a configuration may hold secrets. Raises UnreachableError for a device that does not answer.
    """
    began = time.monotonic()
    bring_back(case.restic, case.step)
    # Latin-1 would turn each byte into another; what a device gave is UTF-8, or it could not be sent back to it.
    text = (case.folder / RUNNING).read_text(encoding="utf-8")
    target = case.job.target
    result = run_fleet(case.plan.inventory, [target], compare_config, name="drilling configurations", config=text)[target.name]
    seconds = time.monotonic() - began
    if result.unreachable:
        raise UnreachableError(f"{target.name}: {result.why}", mend="drill again when the device answers")
    place = f"the candidate of {target.name}"
    if result.error is not None:
        sample = (Sampled(RUNNING, "refused", equal=False),)
        return Drilled(seconds, "refused", place, (f"the device refuses it as candidate: {result.why}",), sample)
    changes = [line for line in str(result.result).splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    lines = count(len(text.splitlines()), "line")
    if str(result.result).strip():
        differ = count(len(changes) or len(str(result.result).splitlines()), "line")
        wrong = (f"the device sees {differ} of difference: it was changed since, or does not take what it gave",)
        return Drilled(seconds, "taken with a difference", place, wrong, (Sampled(RUNNING, f"{differ} differ", equal=False),))
    return Drilled(seconds, f"{lines} taken as candidate, no difference", place, (), (Sampled(RUNNING, "no difference"),))
