"""Carry out a plan. There is no other way to change a network device: provisioning and mending come through here too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import DoorError, MuhtarError
from muhtar.held import hold
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import devices
from muhtar.network.intent import template_of
from muhtar.network.journal import Journal, State, Writer
from muhtar.network.outcomes import changed_lines, failed
from muhtar.network.plan import Plan, PlanError, unseen
from muhtar.network.waves import Serial
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count
from nornir_tasks.conceal import conceal
from nornir_tasks.replace_config import REVERT_IN, ChangedSinceError, Replaced, TakenBackError, replace_config

__all__ = ["Carried", "Options", "apply", "carry_out", "members"]

log = logging.getLogger(__name__)
# Beyond the revert timer: room for a commit, and for the revert of a slow device.
ROOM = 150.0


@dataclass(frozen=True)
class Options:
    """How a plan is carried out.

    `serial` are the waves; after a wave, nothing more is changed once `max_failures` devices have failed (None: never mind).
    `revert_in` and `soak` are in seconds; `expect_loss` are patterns of what need not be up again.
    """

    serial: Serial = field(default_factory=Serial)
    max_failures: int | None = None
    revert_in: int = REVERT_IN
    expect_loss: tuple[str, ...] = ()
    soak: int = 0


@dataclass(frozen=True)
class Carried:
    """What became of a plan: a report in the making, the devices that really changed, and the change's id in the journal."""

    builder: ReportBuilder
    changed: list[Target]
    change: str


def apply(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    check: str = "drift.network",
) -> ReportBuilder:
    """Replace the configuration of every selected device whose running one is not the intended one, all at once.

    One session a device sees the difference and makes it go, a second one proves it. One outcome of `check` for each device.
    Raises InventoryError for none, VaultError where the site has no vault to keep in what devices ran.
    """
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder("network.apply", site.name, limit=limit, shard=shard)
    return carry_out(inventory, unseen(site.name, chosen), chosen, builder, check=check, progress=progress).builder


def members(plan: Plan, inventory: Inventory, limit: str | None = None, shard: str | None = None) -> list[Target]:
    """The plan's devices that are selected. Raises PlanError for a device that the inventory does not know so any more."""
    known = {target.name: target for target in devices(inventory, None, None)}
    for device in plan.devices:
        mend = "make the plan again: ./inv network.plan"
        if device.name not in known:
            raise PlanError(f"plan {plan.id}: {device.name} is no network device of {plan.site} any more", mend=mend)
        if known[device.name].platform != device.platform:
            now = known[device.name].platform
            raise PlanError(f"plan {plan.id}: {device.name} was {device.platform} and is {now} now", mend=mend)
    wanted = {target.name for target in devices(inventory, limit, shard)} if limit or shard else set(known)
    found = [known[name] for name in plan.names if name in wanted]
    if not found:
        raise PlanError(
            f"plan {plan.id} has none of the selected devices", mend=f"it has {', '.join(plan.names) or 'none at all'}"
        )
    return found


def carry_out(
    inventory: Inventory,
    plan: Plan,
    chosen: Sequence[Target],
    builder: ReportBuilder,
    *,
    check: str,
    options: Options | None = None,
    progress: Progress,
) -> Carried:
    """Change the `chosen` devices of the plan, wave by wave; one outcome of `check` for each.

    What a device runs is kept before it is changed. Each change is committed with a revert timer and confirmed only after a
    second session has seen no difference and everything up again; its diff goes to the log before it is made.
    """
    how = options or Options()
    site = inventory.site
    writer = Journal(site).writer(plan)
    builder.select([target.name for target in chosen], check)
    if plan.ticket:
        builder.note(f"change ticket {plan.ticket}")
    run = _Run(inventory, plan, writer, check, how, progress)
    outcomes: list[Outcome] = []
    waves = how.serial.cut(list(chosen))
    with ExitStack() as locks:
        for number, wave in enumerate(waves, 1):
            bad = sum(outcome.status is not Status.OK for outcome in outcomes)
            if how.max_failures is not None and bad >= how.max_failures:
                outcomes += [_untouched(target, check, bad) for rest in waves[number - 1 :] for target in rest]
                break
            name = f"network configuration, wave {number} of {len(waves)}" if len(waves) > 1 else "network configuration"
            outcomes += run.wave(wave, name, locks)
    builder.add(*outcomes)
    if writer.begun:
        builder.note(f"change {writer.id}: ./inv network.rollback {writer.id} takes it back")
    return Carried(builder, run.changed, writer.id)


@dataclass
class _Run:
    inventory: Inventory
    plan: Plan
    writer: Writer
    check: str
    how: Options
    progress: Progress

    def __post_init__(self) -> None:
        self.changed: list[Target] = []
        self._begun: set[str] = set()

    def wave(self, wave: Sequence[Target], name: str, locks: ExitStack) -> list[Outcome]:
        """Change these devices at once; an outcome for each, in their order."""
        site = self.inventory.site
        refused = {target.name: outcome for target in wave if (outcome := hold(locks, site, target.name, self.check))}
        free = [target for target in wave if target.name not in refused]
        results = (
            run_fleet(
                self.inventory,
                free,
                replace_config,
                name=name,
                progress=self.progress,
                timeout=self.how.revert_in + ROOM,
                per_target=self._own,
                revert_in=self.how.revert_in,
                expect_loss=self.how.expect_loss,
                soak=self.how.soak,
                before_commit=self._before,
            )
            if free
            else {}
        )
        return [refused.get(target.name) or self._outcome(target, results[target.name]) for target in wave]

    def _own(self, target: Target) -> dict[str, Any]:
        return {"config": self.plan.candidate(target.name), "running_hash": self.plan.device(target.name).running_hash}

    def _before(self, name: str, diff: str, running: str) -> None:
        """Say what a commit will change, and keep what it replaces, before it does."""
        platform = self.inventory.target(name).platform
        log.info("%s: about to change:\n%s", name, conceal(diff, platform))
        self.progress.activity(name, f"changing {changed_lines(diff)} lines")
        self.writer.begin(name, running)
        self._begun.add(name)

    def _end(self, name: str, result: HostResult, after: str) -> Exception | None:
        """Write down how a device came out of it; the error where that is impossible."""
        if name not in self._begun:
            return None
        try:
            self.writer.end(name, _state(result), after)
        except (OSError, MuhtarError) as error:
            log.exception("%s: the journal could not be told", name)
            return error
        return None

    def _outcome(self, target: Target, result: HostResult) -> Outcome:
        done: Replaced = result.result if result.error is None else Replaced()
        if result.error is None and result.changed:
            self.changed.append(target)
        unkept = self._end(target.name, result, done.after)
        if result.error is not None:
            outcome = failed(target, result, self.check, self.inventory)
            return outcome.model_copy(update={"mend": _mend(target.name, result.error)})
        if unkept is not None:
            result = replace(result, error=DoorError(f"changed and confirmed, but the journal could not be told: {unkept}"))
            return failed(target, result, self.check, self.inventory)
        lines = changed_lines(done.diff)
        return Outcome(
            target=target.name,
            check=self.check,
            status=Status.OK,
            summary=f"configured: {lines} lines changed, seen by a second session, confirmed"
            if done.diff
            else "configured as intended already",
            intent=template_of(target, self.inventory),
            started=result.started,
            duration=result.duration,
        )


def _state(result: HostResult) -> State:
    """How a device came out that was begun."""
    if result.error is None:
        return State.CONFIRMED
    if isinstance(result.error, TakenBackError):
        return State.TAKEN_BACK
    return State.LEFT if result.unreachable else State.FAILED


def _mend(name: str, error: Exception) -> str | None:
    if isinstance(error, ChangedSinceError):
        return f"see what was changed, and by whom; then plan it again: ./inv network.plan --limit {name}"
    if isinstance(error, TakenBackError):
        return "look why; what is meant to go down is named by --expect-loss 'PATTERN'"
    return error.mend if isinstance(error, MuhtarError) else None


def _untouched(target: Target, check: str, failures: int) -> Outcome:
    return Outcome(
        target=target.name,
        check=check,
        status=Status.UNCHECKED,
        summary=f"not changed: the run stopped after {count(failures, 'failure')}",
        mend="look at the failures first; then apply the plan again: what is done already stays as it is",
    )
