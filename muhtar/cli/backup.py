"""`backup.*`: take snapshots, say how old they are, bring them back, drill that they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

_ONLY = {"only": "only sources of this name"}


_RENEW = {"new-repository": "make a repository anew that was there once and is gone"}


@command("backup.run", select=True, help={**_ONLY, **_RENEW})
def run(run: Run, only: str | None = None, new_repository: bool = False) -> ReportBuilder:
    """Back up every source of the policy into its host's append-only repository.

    Example: ./inv backup.run --limit servers
    """
    from muhtar.backup.run import run as take

    return take(run.site, limit=run.limit, shard=run.shard, only=only, renew=new_repository, progress=run.progress)


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


@command("backup.check", select=True)
def check(run: Run) -> ReportBuilder:
    """Read the next part of every repository's data, so that all is read within the policy's days; name what is damaged.

    Example: ./inv backup.check --limit databases
    """
    from muhtar.backup.check import check as read

    return read(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


@command("backup.copy", select=True, help=_RENEW)
def copy(run: Run, new_repository: bool = False) -> ReportBuilder:
    """Bring the second repositories up to the first ones; say how far they were behind.

    Example: ./inv backup.copy
    """
    from muhtar.backup.copy import copy as bring

    return bring(run.site, limit=run.limit, shard=run.shard, renew=new_repository, progress=run.progress)


@command(
    "backup.prune",
    select=True,
    apply=True,
    help={"share": "remove up to this share of a repository's snapshots: 0.8 (default: 0.5)"},
)
def prune(run: Run, share: str | None = None) -> ReportBuilder:
    """Show what the retention would remove from the repositories; with --apply remove it, unless something looks wrong.

    Example: ./inv backup.prune --apply
    """
    from muhtar.backup.prune import prune as remove
    from muhtar.errors import UsageError

    try:
        wanted = float(share) if share else None
    except ValueError:
        raise UsageError(f"{share!r} is no share", mend="write --share 0.8") from None
    return remove(run.site, limit=run.limit, shard=run.shard, apply=run.apply, share=wanted, progress=run.progress)


@command(
    "backup.restore",
    apply=True,
    positional=("host",),
    help={
        "host": "the host whose backup to bring back",
        "to": "the folder on this machine to restore into; it must be empty or new",
        "overwrite": "restore into a folder that is not empty, over what is there",
        "source": "only the source of this name (of a database: or kind)",
        "at": "as of this date or moment (UTC): 2027-01-31 or 2027-01-31T18:00",
        "path": "only this file or folder; of databases, only this dump",
        "to-host": "restore databases into the PostgreSQL of this host instead",
        "as": "with --to-host: the new database's name, which must not exist yet",
        "without-owners": "with --to-host: leave owners and grants away, where the roles are not there",
    },
)
def restore(
    run: Run,
    host: str,
    *,
    to: str | None = None,
    overwrite: bool = False,
    source: str | None = None,
    at: str | None = None,
    path: str | None = None,
    to_host: str | None = None,
    as_: str | None = None,
    without_owners: bool = False,
) -> ReportBuilder | None:
    """Show what a restore of a host would bring back; with --apply restore it into a folder, or a database into a server.

    Example: ./inv backup.restore web1 --at 2027-01-31 --path /etc/nginx --to /root/web1 --apply
    """
    from pathlib import Path

    from muhtar.backup.restore import Restoration, prepare
    from muhtar.backup.restore_database import DatabaseRestoration, prepare_database
    from muhtar.errors import UsageError

    restoration: Restoration | DatabaseRestoration
    if bool(to) == bool(to_host):
        mend = f"./inv backup.restore {host} --to FOLDER, or --to-host HOST for a database"
        raise UsageError("say where to restore to", mend=mend)
    if to_host:
        restoration = prepare_database(
            run.site, host, to_host, source=source, at=at, path=path, name=as_, owners=not without_owners
        )
    else:
        restoration = prepare(run.site, host, Path(to or ""), source=source, at=at, path=path, overwrite=overwrite)
    if run.apply:
        return restoration.apply(run.progress)
    run.print(*restoration.describe(), "nothing restored; add --apply")
    return None


@command(
    "backup.drill",
    select=True,
    help={
        **_ONLY,
        "seed": "choose the same samples again as the drill that names this seed",
        "sample": "how many files of a source to look at (default: 10)",
        "verify": "check the signature of this evidence instead of drilling",
    },
)
def drill(
    run: Run, only: str | None = None, seed: str | None = None, sample: int = 0, verify: str | None = None
) -> ReportBuilder | None:
    """Restore the newest snapshots into scratch areas, try whether they can be used, and leave signed evidence.

    Databases are loaded, Asterisk is started, on hosts of the group `drill` alone; devices take a candidate and drop it.

    Example: ./inv backup.drill --limit databases
    """
    from pathlib import Path

    from muhtar.backup.drill.evidence import verify as check
    from muhtar.backup.drill.run import SAMPLE
    from muhtar.backup.drill.run import drill as try_out

    if verify:
        run.print(check(run.site, Path(verify)))
        return None
    done = try_out(
        run.site,
        limit=run.limit,
        shard=run.shard,
        only=only,
        seed=seed,
        sample=sample or SAMPLE,
        progress=run.progress,
    )
    return done.report


namespace = collection("backup", plan, run, status, check, copy, prune, restore, drill)
