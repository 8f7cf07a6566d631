"""`network.validate`: declared state against the devices' own words."""

from __future__ import annotations

from collections.abc import Iterable

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import devices
from muhtar.network.outcomes import failed
from muhtar.network.state.judge import Verdict, question, verdict
from muhtar.network.state.rules import Statement, statements
from muhtar.outcome import Intent, Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from nornir_tasks.read_state import read_state

__all__ = ["CHECK", "check"]

CHECK = "network.validate"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """One `ok` for each device of which everything stated holds; otherwise one outcome for each statement that does not.

    What a driver cannot tell is `unchecked`, and so is a device that cannot be reached; a device without a rule file is an error.
    One session a device. Raises InventoryError where no device is selected.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    stated: dict[str, list[Statement]] = {}
    for target in chosen:
        try:
            stated[target.name] = statements(target, site)
        except MuhtarError as error:
            builder.add(_unstated(target, error))
    able = [target for target in chosen if target.name in stated]
    if able:
        results = run_fleet(
            inventory,
            able,
            read_state,
            name="state",
            progress=progress,
            per_target=lambda target: {"questions": [question(one.entry) for one in stated[target.name]]},
        )
        for target in able:
            builder.add(*_outcomes(target, stated[target.name], results[target.name], inventory))
    return builder


def _outcomes(target: Target, stated: list[Statement], result: HostResult, inventory: Inventory) -> Iterable[Outcome]:
    if result.error is not None:
        yield failed(target, result, CHECK, inventory)
        return
    judged = [(one, verdict(one.entry, result.result)) for one in stated]
    wrong = [(one, found) for one, found in judged if not found.holds]
    for index, (one, found) in enumerate(wrong):
        yield Outcome(
            target=target.name,
            check=CHECK,
            subject=found.subject,
            status=Status.UNCHECKED if found.holds is None else Status.FINDING,
            summary=_said(found),
            wanted=found.wanted,
            found=found.found,
            intent=one.intent,
            started=result.started,
            # A device's time is told once, however many statements do not hold.
            duration=result.duration if index == 0 else 0.0,
        )
    if not wrong:
        yield Outcome(
            target=target.name,
            check=CHECK,
            status=Status.OK,
            summary=f"all {len(stated)} statements hold",
            intent=Intent(file=stated[-1].intent.file),
            started=result.started,
            duration=result.duration,
        )


def _said(found: Verdict) -> str:
    if found.holds is None:
        return f"{found.subject} cannot be told: {found.found}"
    return f"{found.subject}: wanted {found.wanted}, found {found.found}"


def _unstated(target: Target, error: MuhtarError) -> Outcome:
    problems = getattr(error, "problems", None)
    first = problems[0] if problems else error
    path = str(first.path or "").removeprefix(f"{ROOT}/")
    return Outcome(
        target=target.name,
        check=CHECK,
        status=Status.ERROR,
        summary=f"{path}: {error.message}: {first.message}" if problems else f"{path}: {error.message}",
        intent=Intent(file=path, line=first.line) if path else None,
        mend=first.mend,
    )
