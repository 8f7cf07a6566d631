"""From what became of a device's session to outcomes."""

from __future__ import annotations

from muhtar.doors.fleet import HostResult
from muhtar.inventory import Inventory, Target
from muhtar.network.intent import intent_of, template_of
from muhtar.network.structure import signed
from muhtar.outcome import Outcome, Status
from nornir_tasks.conceal import conceal

__all__ = ["changed_lines", "compared", "failed"]


def compared(target: Target, result: HostResult, check: str, inventory: Inventory) -> Outcome:
    """The outcome of a comparison whose result is the diff from the running to the intended configuration."""
    if result.error is not None:
        return failed(target, result, check, inventory)
    diff = str(result.result)
    if not diff:
        return Outcome(
            target=target.name,
            check=check,
            status=Status.OK,
            summary="the running configuration is the intended one",
            intent=template_of(target, inventory),
            started=result.started,
            duration=result.duration,
        )
    count = changed_lines(diff)
    lines = "1 line differs" if count == 1 else f"{count} lines differ"
    return Outcome(
        target=target.name,
        check=check,
        status=Status.FINDING,
        summary=f"{lines} between the running configuration and the intended one",
        diff=conceal(diff, target.platform),
        intent=intent_of(diff, target, inventory),
        mend=f"./inv network.apply --limit {target.name} --apply",
        started=result.started,
        duration=result.duration,
    )


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
