"""`network.*`: routers and switches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command
from muhtar.errors import UsageError

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder


@command(
    "network.render",
    select=True,
    report=False,
    help={"folder": "write <device>.conf files there (for the owner's eyes only) instead of printing"},
)
def render(run: Run, folder: str | None = None) -> None:
    """Print the configurations that devices should have; passwords are left out unless they are written to files.

    Example: ./inv network.render --limit r1
    """
    from muhtar.network.render import rendered, write

    configurations = rendered(run.site, limit=run.limit, shard=run.shard, concealed=folder is None)
    if folder is not None:
        for path in write(configurations, Path(folder)):
            run.print(str(path))
        return
    for name, text in configurations.items():
        run.print(f"! ---- {name}\n{text}" if len(configurations) > 1 else text)


@command("network.diff", select=True)
def diff(run: Run) -> ReportBuilder:
    """Show what differs between the running and the intended configuration of devices.

    Example: ./inv network.diff --limit routers
    """
    from muhtar.drift.network import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


# ---- changing devices: plan, apply, rollback, restore

_TICKET = "number of the change ticket: kept in the plan, the report and the journal"
_CARRY_OUT = {
    "serial": "how many devices at a time, as Ansible's serial: --serial 1,3,50% (default: one canary, then all)",
    "max-failures": "stop before the next wave once so many devices have failed (default 1)",
    "revert-in": "seconds until a device takes an unconfirmed change back by itself (default 120)",
    "expect-loss": "patterns of what need not be up again after the change: --expect-loss 'BGP neighbour 10.0.12.2,LLDP*'",
    "soak": "seconds after the commit to look once more before confirming: longer than hold timers (default 0: look at once)",
    "ticket": _TICKET,
}
_SERIAL = "1,100%"


@command("network.plan", select=True, help={"file": "where to keep the plan (default: in the state folder)", "ticket": _TICKET})
def plan(run: Run, file: str | None = None, ticket: str | None = None) -> ReportBuilder:
    """Show what would change on devices, and keep it as a plan that network.apply carries out exactly so.

    Example: ./inv network.plan --limit routers --file routers.plan --ticket CHG-123
    """
    from muhtar.network.planfile import default_path, write_plan
    from muhtar.network.planning import plan_intended

    planned = plan_intended(run.site, limit=run.limit, shard=run.shard, ticket=ticket, progress=run.progress)
    if planned.plan.devices:
        path = write_plan(planned.plan, run.site, Path(file) if file else default_path(planned.plan))
        planned.builder.note(f"the plan is {path}: ./inv network.apply {path} --apply carries it out")
    else:
        planned.builder.note("nothing would change: no plan was written")
    return planned.builder


@command(
    "network.apply",
    select=True,
    apply=True,
    help={"plan": "the plan to carry out; may be given without the flag (default: plan now)", **_CARRY_OUT},
)
def apply(
    run: Run,
    *,
    plan: str | None = None,
    serial: str | None = None,
    max_failures: int = 1,
    revert_in: int = 120,
    expect_loss: str | None = None,
    soak: int = 0,
    ticket: str | None = None,
) -> ReportBuilder:
    """Carry out a plan, or give devices their intended configuration, safely; without --apply only show what would change.

    A change is committed with a revert timer, and confirmed when a second session sees no difference and all that was up before
    up again. A device that was changed since the plan was made is left alone.

    Example: ./inv network.apply routers.plan --serial 1,50% --apply
    """
    from muhtar.network.change import apply_plan, carry, options, show_plan
    from muhtar.network.planfile import read_plan
    from muhtar.network.planning import plan_intended

    how = options(serial or _SERIAL, max_failures, revert_in, expect_loss, soak)
    if plan:
        kept = read_plan(Path(plan), run.site)
        if ticket and ticket != kept.ticket:
            raise UsageError(f"the plan's ticket is {kept.ticket}, not {ticket}", mend="plan again with --ticket")
        work = apply_plan if run.apply else show_plan
        return work(run.site, kept, how, limit=run.limit, shard=run.shard, progress=run.progress)
    planned = plan_intended(run.site, limit=run.limit, shard=run.shard, ticket=ticket, progress=run.progress)
    return carry(planned, "network.apply", how, progress=run.progress) if run.apply else planned.builder


@command(
    "network.rollback",
    select=True,
    apply=True,
    help={"change": "which change, by its id; may be given without the flag (default: the last one)", **_CARRY_OUT},
)
def rollback(
    run: Run,
    *,
    change: str | None = None,
    serial: str | None = None,
    max_failures: int = 1,
    revert_in: int = 120,
    expect_loss: str | None = None,
    soak: int = 0,
    ticket: str | None = None,
) -> ReportBuilder:
    """Give devices back what the last network.apply replaced; without --apply only show what would change.

    Example: ./inv network.rollback --apply
    """
    from muhtar.network.change import carry, options
    from muhtar.network.planning import plan_rollback

    how = options(serial or _SERIAL, max_failures, revert_in, expect_loss, soak)
    planned = plan_rollback(run.site, change, limit=run.limit, ticket=ticket, progress=run.progress)
    return carry(planned, "network.rollback", how, progress=run.progress) if run.apply else planned.builder


@command(
    "network.restore",
    apply=True,
    positional=("host",),
    help={
        "host": "the device",
        "at": "as of this date or moment (UTC): 2027-01-31 or 2027-01-31T18:00",
        **{key: text for key, text in _CARRY_OUT.items() if key not in {"serial", "max-failures"}},
    },
)
def restore(
    run: Run,
    host: str,
    *,
    at: str = "",
    revert_in: int = 120,
    expect_loss: str | None = None,
    soak: int = 0,
    ticket: str | None = None,
) -> ReportBuilder:
    """Give a device a configuration that it ran earlier; without --apply only show what would change.

    Example: ./inv network.restore r1 --at 2027-01-31 --apply
    """
    from muhtar.backup.restore import parse_at
    from muhtar.network.change import carry, options
    from muhtar.network.planning import plan_restore

    how = options(None, 1, revert_in, expect_loss, soak)
    when = parse_at(at)
    if when is None:
        raise UsageError("--at is missing", mend="name the moment to go back to: --at 2027-01-31T18:00")
    planned = plan_restore(run.site, host, when, ticket=ticket, progress=run.progress)
    return carry(planned, "network.restore", how, progress=run.progress) if run.apply else planned.builder


# ---- what devices say of themselves


@command("network.facts", select=True, report=False)
def facts(run: Run) -> int:
    """Show vendor, version, serial number and uptime of devices, and keep them for the registers of licenses and warranties.

    Example: ./inv network.facts
    """
    from muhtar.network.facts import facts as read_facts
    from muhtar.network.facts import table

    found = read_facts(run.site, limit=run.limit, shard=run.shard, progress=run.progress)
    run.print(table(found))
    return found.exit_code


@command(
    "network.backup",
    select=True,
    help={"accept_shorter": "believe a configuration that has less than half of the lines that it had"},
)
def backup(run: Run, accept_shorter: bool = False) -> ReportBuilder:
    """Keep the configurations of devices: the text without secrets in git, the original in the encrypted repository.

    A commit is made only when something that matters has changed. Says too what is not saved on a device.

    Example: ./inv network.backup --limit routers
    """
    from muhtar.network.history.backup import run as back_up

    return back_up(run.site, limit=run.limit, shard=run.shard, accept_shorter=accept_shorter, progress=run.progress)


_STARTUP = {"startup": "the startup configuration instead of the running one"}


@command("network.log", report=False, positional=("host",), help={"host": "a device", **_STARTUP})
def log(run: Run, host: str, startup: bool = False) -> None:
    """Show how a device's configuration changed: when, who, what.

    Example: ./inv network.log r1
    """
    from muhtar.network.history.look import log as versions
    from muhtar.network.history.look import table

    run.print(table(run.site, versions(run.site, host, startup=startup)))


@command(
    "network.show",
    report=False,
    positional=("host",),
    help={
        "host": "a device",
        "at": "as of this date or moment: 2027-01-31 (UTC), or as network.log shows it (default: now)",
        **_STARTUP,
    },
)
def show(run: Run, host: str, at: str | None = None, startup: bool = False) -> None:
    """Print a device's configuration as it was kept, secrets left out.

    Example: ./inv network.show r1 --at 2027-01-31
    """
    from muhtar.backup.restore import parse_at
    from muhtar.network.history.look import show as text_of

    run.print(text_of(run.site, host, at=parse_at(at), startup=startup))


@command("network.unsaved", select=True)
def unsaved(run: Run) -> ReportBuilder:
    """Show what devices run but have not saved: the next start would lose it.

    Example: ./inv network.unsaved --limit switches
    """
    from muhtar.network.unsaved import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


# ---- checks: lint, validate, coverage


@command("network.lint", select=True, help={"folder": "judge <device>.conf files there instead of the intended configurations"})
def lint(run: Run, folder: str | None = None) -> ReportBuilder:
    """Judge configurations by rules of good practice, without asking any device.

    Example: ./inv network.lint --limit switches
    """
    from muhtar.network.lint.check import check

    return check(run.site, limit=run.limit, shard=run.shard, folder=Path(folder) if folder else None)


@command("network.validate", select=True)
def validate(run: Run) -> ReportBuilder:
    """Compare the state of devices (neighbours, interfaces, routes, version, clock) with what the site's rule files state.

    Example: ./inv network.validate --limit routers
    """
    from muhtar.network.state.check import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command("network.coverage", select=True)
def coverage(run: Run) -> ReportBuilder:
    """Say which devices are not backed up, or seen and unknown to the inventory; the HTML report has a picture of the network.

    Example: ./inv network.coverage --out html=public/network.html
    """
    from muhtar.network.coverage.check import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


namespace = collection(
    "network", render, diff, plan, apply, rollback, restore, facts, backup, log, show, unsaved, lint, validate, coverage
)
