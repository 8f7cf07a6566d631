"""Making plans: look at devices, change nothing, and write down what a change would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import UsageError
from muhtar.inventory import Inventory, Target
from muhtar.network.devices import devices
from muhtar.network.grammar import commands_in_order
from muhtar.network.history.text import as_candidate
from muhtar.network.intent import intent_of, template_of
from muhtar.network.journal import Change, DeviceChange, Journal, State
from muhtar.network.originals import Which
from muhtar.network.outcomes import changed_lines, failed
from muhtar.network.plan import Kind, Plan, PlanError, PlannedDevice
from muhtar.network.versions import version_at
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.secrets import redact
from muhtar.settings import Site
from muhtar.words import count
from nornir_tasks.conceal import conceal
from nornir_tasks.platforms import platform_of
from nornir_tasks.survey_config import Survey, survey_config

__all__ = ["CHECK", "Planned", "plan_config", "plan_intended", "plan_restore", "plan_rollback", "rehearse"]

CHECK = "network.change"


@dataclass(frozen=True)
class Planned:
    """A plan of the devices that differ, and a report that has an outcome for every selected one.

    In the report, a finding is what the plan would change; a device that could not be looked at is not in the plan.
    """

    inventory: Inventory
    plan: Plan
    builder: ReportBuilder

    def rest(self, workflow: str) -> ReportBuilder:
        """A report in the making of the devices that are not in the plan."""
        builder = ReportBuilder(workflow, self.plan.site, limit=self.builder.limit, shard=self.builder.shard)
        report = self.builder.build()
        others = [outcome for outcome in report.outcomes if outcome.target not in self.plan.names]
        builder.select([outcome.target for outcome in others], CHECK)
        builder.add(*others)
        return builder


def plan_intended(
    site: Site, *, limit: str | None = None, shard: str | None = None, ticket: str | None = None, progress: Progress
) -> Planned:
    """Plan to make the selected devices run what the inventory intends. Raises InventoryError for none."""
    inventory = Inventory.load(site)
    chosen = devices(inventory, limit, shard)
    builder = ReportBuilder("network.plan", site.name, limit=limit, shard=shard)
    look = _Look(inventory, builder, progress)
    return look.plan(Kind.INTENDED, "the inventory's intent", chosen, {}, ticket=ticket)


def plan_config(
    inventory: Inventory,
    target: Target,
    config: str | None,
    *,
    kind: Kind,
    about: str,
    builder: ReportBuilder,
    unless: Callable[[str, Survey], str | None],
    progress: Progress,
) -> Planned:
    """Plan to make one device run `config` (None: what the inventory intends); `unless` says why it must be left alone."""
    configs = {} if config is None else {target.name: config}
    return _Look(inventory, builder, progress, unless=unless).plan(kind, about, [target], configs)


def plan_rollback(
    site: Site,
    change: str | None = None,
    *,
    limit: str | None = None,
    ticket: str | None = None,
    progress: Progress,
) -> Planned:
    """Plan to give devices back what a change replaced: the named one, or the last one that was not taken back yet.

    A device that was changed since by somebody else is an error of its own: a rollback would undo that too. Raises PlanError
    where there is nothing to take back.
    """
    inventory = Inventory.load(site)
    journal = Journal(site)
    undone = _to_undo(journal, change)
    known = {target.name: target for target in devices(inventory, limit, None)}
    parts = {name: device for name, device in undone.devices.items() if name in known and device.state is not State.TAKEN_BACK}
    if not parts:
        raise PlanError(
            f"change {undone.id} has nothing to take back on the selected devices",
            path=journal.path,
            mend=f"it changed {', '.join(undone.devices)}",
        )
    builder = ReportBuilder("network.rollback", site.name, limit=limit)
    configs = {name: as_candidate(journal.opened(device.before), device.platform) for name, device in parts.items()}
    look = _Look(inventory, builder, progress, unless=lambda name, survey: _changed_since(parts[name], survey))
    about = f"what ran before change {undone.id} ({undone.about}, {undone.at:%Y-%m-%d %H:%M} UTC, by {undone.by})"
    builder.note(f"taken back: {about}")
    chosen = [known[name] for name in parts]
    return look.plan(Kind.ROLLBACK, about, chosen, configs, ticket=ticket, undoes=undone.id)


def plan_restore(
    site: Site, host: str, at: datetime, *, source: str = "running", ticket: str | None = None, progress: Progress
) -> Planned:
    """Plan to give a device what it ran at a moment, or (`source` startup) what it would have started with then.

    Raises InventoryError for an unknown host, UsageError for an unknown source, and what `version_at` raises.
    """
    which = _which(source)
    inventory = Inventory.load(site)
    target = inventory.target(host)
    if target not in devices(inventory, None, None):
        raise UsageError(f"{host} is no network device", mend="./inv backup.restore restores servers")
    progress.phase("looking for that version")
    version = version_at(inventory, host, at, which)
    builder = ReportBuilder("network.restore", site.name, limit=host)
    verb = "ran" if which is Which.RUNNING else "would have started with"
    about = f"what {host} {verb} at {at:%Y-%m-%d %H:%M} UTC"
    builder.note(f"restored: {about}; last seen at {version.seen:%Y-%m-%d %H:%M:%S} UTC, from {version.source}")
    config = as_candidate(version.data, platform_of(target).name)
    return _Look(inventory, builder, progress).plan(Kind.RESTORE, about, [target], {host: config}, ticket=ticket)


def _which(source: str) -> Which:
    try:
        return Which(source)
    except ValueError:
        raise UsageError(f"--source {source}: a device has no such configuration", mend=f"one of {', '.join(Which)}") from None


def rehearse(inventory: Inventory, plan: Plan, chosen: Sequence[Target], builder: ReportBuilder, progress: Progress) -> None:
    """What carrying out a plan would do now: a finding is a change, an error a device that was changed since it was made."""
    look = _Look(inventory, builder, progress, unless=lambda name, survey: _not_as_planned(plan.device(name), survey))
    look.plan(plan.kind, plan.about, chosen, plan.candidates, ticket=plan.ticket, undoes=plan.undoes)


@dataclass
class _Look:
    """One look at devices. `unless(name, survey)` says why a device must be left alone; None where it need not."""

    inventory: Inventory
    builder: ReportBuilder
    progress: Progress
    unless: Callable[[str, Survey], str | None] = lambda name, survey: None  # noqa: ARG005

    def plan(
        self,
        kind: Kind,
        about: str,
        chosen: Sequence[Target],
        configs: Mapping[str, str],
        *,
        ticket: str | None = None,
        undoes: str | None = None,
    ) -> Planned:
        """Look at the devices, add an outcome for each, and plan those that differ. Default config: the intended one."""
        if ticket:
            self.builder.note(f"change ticket {ticket}")
        self.builder.select([target.name for target in chosen], CHECK)

        def own(target: Target) -> dict[str, Any]:
            return {"config": configs.get(target.name)}

        results = run_fleet(self.inventory, chosen, survey_config, name="network plan", progress=self.progress, per_target=own)
        parts: list[PlannedDevice] = []
        candidates: dict[str, str] = {}
        for target in chosen:
            outcome = self._outcome(target, results[target.name])
            self.builder.add(outcome)
            if outcome.status is Status.FINDING:
                survey = results[target.name].result
                parts.append(
                    PlannedDevice(
                        name=target.name,
                        platform=target.platform or "",
                        running_hash=survey.running_hash,
                        diff=outcome.diff or "",
                        remediation=tuple((outcome.commands or "").splitlines()),
                    )
                )
                candidates[target.name] = survey.config
        plan = Plan.new(self.inventory.site.name, kind, about, parts, candidates, ticket=ticket, undoes=undoes)
        return Planned(self.inventory, plan, self.builder)

    def _outcome(self, target: Target, result: HostResult) -> Outcome:
        if result.error is not None:
            return failed(target, result, CHECK, self.inventory)
        survey: Survey = result.result
        why_not = self.unless(target.name, survey) if survey.diff else None
        status = Status.OK if not survey.diff else Status.ERROR if why_not else Status.FINDING
        lines = count(changed_lines(survey.diff), "line")
        summary = why_not or (f"{lines} would change" if survey.diff else "nothing would change")
        return Outcome(
            target=target.name,
            check=CHECK,
            status=status,
            summary=summary,
            diff=redact(conceal(survey.diff, target.platform)) or None,
            commands=_commands(target, survey) if status is Status.FINDING else None,
            intent=intent_of(survey.diff, target, self.inventory) if survey.diff else template_of(target, self.inventory),
            mend=f"look at what was changed, and by whom: ./inv network.diff --limit {target.name}" if why_not else None,
            started=result.started,
            duration=result.duration,
        )


def _to_undo(journal: Journal, wanted: str | None) -> Change:
    changes = [change for change in journal.changes() if change.devices]
    if wanted:
        if found := next((change for change in changes if change.id == wanted), None):
            return found
        raise PlanError(
            f"there is no change {wanted!r}",
            path=journal.path,
            mend=f"the last ones are {', '.join(change.id for change in changes[-5:]) or 'none'}",
        )
    undone = {change.undoes for change in changes if any(device.state is State.CONFIRMED for device in change.devices.values())}
    for change in reversed(changes):
        fresh = change.kind != Kind.ROLLBACK and change.id not in undone
        if fresh and any(device.state is not State.TAKEN_BACK for device in change.devices.values()):
            return change
    raise PlanError("there is no change to take back", path=journal.path, mend="the journal knows what this machine has applied")


def _changed_since(device: DeviceChange, survey: Survey) -> str | None:
    if device.after_hash in {None, survey.running_hash}:
        return None
    return f"{device.name} was changed again since: a rollback would undo that too"


def _not_as_planned(device: PlannedDevice, survey: Survey) -> str | None:
    if device.running_hash in {None, survey.running_hash}:
        return None
    return f"{device.name} was changed since the plan was made: it would be left as it is"


def _commands(target: Target, survey: Survey) -> str | None:
    """What one would type to make the change by hand, concealed; None where the grammar does not know."""
    lines = commands_in_order(platform_of(target).name, survey.running, survey.config)
    return redact(conceal("\n".join(lines), target.platform)) if lines else None
