"""`backup.*`: take snapshots, say how old they are, bring them back, prove that they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

_ONLY = {"only": "only sources of this name"}


@command("backup.run", select=True, help=_ONLY)
def run(run: Run, only: str | None = None) -> ReportBuilder:
    """Back up every source of the policy into its host's append-only repository.

    Example: ./inv backup.run --limit servers
    """
    from muhtar.backup.run import run as take

    return take(run.site, limit=run.limit, shard=run.shard, only=only, progress=run.progress)


@command("backup.plan", select=True)
def plan(run: Run) -> ReportBuilder:
    """Show what the policy says of each host, and the group, file and line that each value comes from.

    A host that the policy says nothing of, and one that is exempt for no reason, are findings.

    Example: ./inv backup.plan --limit web1
    """
    from muhtar.backup.explain import explain, make, table

    found = make(run.site, run.limit, run.shard)
    if run.format == "terminal":
        run.print(table(found), "")
    return explain(found, run.limit, run.shard)


@command("backup.status", select=True)
def status(run: Run) -> ReportBuilder:
    """Show one table of all systems: age against RPO, copies, media, off-site, append-only, check, drill and size.

    Every property that is missing is a finding, and so is a snapshot that is unlike those before it. Asks the repositories for
    their lists, and the history for checks, copies and drills.

    Example: ./inv backup.status --out html=backup.html
    """
    from muhtar.backup.status import status as ask

    return ask(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command(
    "backup.restore",
    apply=True,
    positional=("host",),
    help={
        "host": "the host whose backup to bring back",
        "to": "the folder on this machine to restore into; it must be empty or new",
        "source": "only the source of this name",
        "at": "as of this date or moment (UTC): 2027-01-31 or 2027-01-31T18:00",
    },
)
def restore(run: Run, host: str, to: str | None = None, source: str | None = None, at: str | None = None) -> ReportBuilder | None:
    """Show what a restore of a host would bring back; with --apply restore it into a folder of this machine.

    Example: ./inv backup.restore web1 --at 2027-01-31 --to /root/web1 --apply
    """
    from pathlib import Path

    from muhtar.backup.restore import prepare
    from muhtar.errors import UsageError

    if not to:
        raise UsageError("say where to restore to", mend=f"./inv backup.restore {host} --to FOLDER")
    restoration = prepare(run.site, host, Path(to), source=source, at=at)
    if run.apply:
        return restoration.apply(run.progress)
    run.print(*restoration.describe(), "nothing restored; add --apply")
    return None


@command("backup.prove", positional=("host",), help={**_ONLY, "host": "a host, or an Ansible pattern: all, 'routers:web1'"})
def prove(run: Run, host: str, only: str | None = None) -> ReportBuilder:
    """Restore the newest snapshots into a scratch folder and prove them equal to the originals.

    Example: ./inv backup.prove web1
    """
    from muhtar.backup.prove import prove as compare

    return compare(run.site, limit=host, only=only, progress=run.progress)


namespace = collection("backup", plan, run, status, restore, prove)
