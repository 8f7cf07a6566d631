"""From what became of a device's session to outcomes."""

from __future__ import annotations

from muhtar.doors.fleet import HostResult
from muhtar.inventory import Inventory, Target
from muhtar.network.intent import template_of
from muhtar.network.structure import signed
from muhtar.outcome import Outcome
from nornir_tasks.conceal import conceal

__all__ = ["changed_lines", "failed"]


def failed(target: Target, result: HostResult, check: str, inventory: Inventory) -> Outcome:
    """The outcome of a device that gave no result: `unchecked` where it could not be reached, `error` otherwise."""
    return Outcome(
        target=target.name,
        check=check,
        status=result.status,
        summary=("cannot be reached: " if result.unreachable else "") + conceal(result.why, target.platform),
        intent=template_of(target, inventory),
        started=result.started,
        duration=result.duration,
    )


def changed_lines(diff: str) -> int:
    """How many lines a diff adds or takes away; those that say nothing (`!`) do not count."""
    return len(signed(diff))
