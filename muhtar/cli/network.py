"""`network.*`: routers and switches."""

from __future__ import annotations

from pathlib import Path

from muhtar.cli.command import Run, collection, command
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


@command("network.apply", select=True, apply=True)
def apply(run: Run) -> ReportBuilder:
    """Give devices their intended configuration, safely; without --apply only show what would change.

    A change is committed with a revert timer and confirmed when a second session sees no difference any more.

    Example: ./inv network.apply --limit r1 --apply
    """
    from muhtar.drift.network import check

    if not run.apply:
        return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)
    from muhtar.network.apply import apply as apply_config

    return apply_config(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


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


namespace = collection("network", render, diff, apply, facts, backup, log, show, unsaved, lint, validate, coverage)
