"""Grant and revoke until a server's access is as declared, then look again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from muhtar.databases import postgresql
from muhtar.databases.check import ACCESS, GROUP, SAFE, View, access_outcomes, examine, outcomes
from muhtar.databases.look import ask
from muhtar.databases.model import Seen
from muhtar.databases.statements import Statement, of_difference, scripts
from muhtar.doors.together import together
from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, locked
from muhtar.waivers.cover import Decisions

__all__ = ["apply", "check"]

# Another run on the same server is waited for this long, in seconds.
_WAIT = 120.0


def check(
    site: Site, *, limit: str | None = None, shard: str | None = None, only_access: bool = False, progress: Progress
) -> ReportBuilder:
    """Outcomes of both checks (or of `drift.access` alone) for each selected server; nothing is changed.

    A finding's commands are the SQL that mends it. Raises NothingSelectedError, and RegisterError for a wrong register.
    """
    inventory = Inventory.load(site)
    targets = inventory.select(limit, shard, group=GROUP)
    views = examine(site, inventory, targets, progress=progress)
    return _report(site, views, only_access=only_access, limit=limit, shard=shard)


def apply(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    only_access: bool = False,
    only: str | None = None,
    verify: bool = True,
    progress: Progress,
) -> ReportBuilder:
    """Mend what statements can, but for what a waiver covers; with `verify`, look again: the report says how it stands then.

    With `only`, the subject of a finding, that difference is mended and no other, waived or not. Each database of PostgreSQL gets
    its statements in one transaction. Raises as `check` does.
    """
    inventory = Inventory.load(site)
    targets = inventory.select(limit, shard, group=GROUP)
    views = examine(site, inventory, targets, progress=progress)
    waivers = Decisions.of(site)
    calls: list[Callable[[], Outcome | None]] = [partial(_mend, site, view, waivers, only) for view in views]
    failed = [outcome for future in together(calls) if (outcome := future.result()) is not None]
    if verify:
        again = [view.target for view in views if view.differences]
        fresh = {view.target.name: view for view in examine(site, inventory, again, progress=progress)} if again else {}
        views = [fresh.get(view.target.name, view) for view in views]
        return _report(site, views, only_access=only_access, limit=limit, shard=shard, also=failed)
    builder = _builder(site, views, only_access=True, limit=limit, shard=shard)
    wrong = {outcome.target for outcome in failed}
    builder.add(*failed)
    for view in views:
        if view.target.name not in wrong:
            builder.add(*_unverified(site, view))
    return builder


def _unverified(site: Site, view: View) -> list[Outcome]:
    """How a server stands after its statements ran and before anybody looked again: what they could not mend is still there."""
    found = access_outcomes(site, view)
    left = [one for one in found if one.status is not Status.FINDING or one.commands is None]
    done = Outcome(target=view.target.name, check=ACCESS, status=Status.OK, summary="granted and revoked as declared")
    return left or [done.model_copy(update={"started": view.looked.started, "duration": view.looked.duration})]


def _mend(site: Site, view: View, waivers: Decisions, only: str | None) -> Outcome | None:
    """Run the statements of one server; an outcome only where they failed."""
    if view.looked.seen is None or not view.differences:
        return None
    covered = {one.subject for one in waivers.cover(access_outcomes(site, view)) if one.status is Status.WAIVED}
    statements = [
        statement
        for difference in view.differences
        if (difference.subject not in covered if only is None else difference.subject == only)
        for statement in of_difference(difference, view.seen)
    ]
    if not statements:
        return None
    try:
        errors = _run(site, view.target, view.seen, statements)
    except MuhtarError as error:
        errors = {"": str(error.message)}
    if not errors:
        return None
    ((database, said),) = list(errors.items())[:1]
    where = f" in {database}" if database not in {"", "null"} else ""
    text = " ".join(said.split())
    return Outcome(
        target=view.target.name,
        check=ACCESS,
        status=Status.ERROR,
        subject="apply",
        summary=f"the statements failed{where}: {text}",
        mend="./inv access.plan shows them",
        started=view.looked.started,
    )


def _run(site: Site, target: Target, seen: Seen, statements: Sequence[Statement]) -> dict[str, str]:
    first = postgresql.FIRST_DATABASE if seen.engine == "postgresql" else None
    with locked(f"access-{target.name}", wait=_WAIT):
        answer = ask(site, target, {"do": scripts(statements, seen, first)})
    errors: dict[str, str] = answer["errors"]
    return errors


def _builder(site: Site, views: Sequence[View], *, only_access: bool, limit: str | None, shard: str | None) -> ReportBuilder:
    builder = ReportBuilder("access.plan" if only_access else ACCESS, site.name, limit=limit, shard=shard)
    for check_id in (ACCESS,) if only_access else (ACCESS, SAFE):
        builder.select([view.target.name for view in views], check_id)
    return builder


def _report(
    site: Site,
    views: Sequence[View],
    *,
    only_access: bool,
    limit: str | None,
    shard: str | None,
    also: Sequence[Outcome] = (),
) -> ReportBuilder:
    builder = _builder(site, views, only_access=only_access, limit=limit, shard=shard)
    told = {outcome.target for outcome in also}
    builder.add(*also)
    for view in views:
        found = access_outcomes(site, view) if only_access else outcomes(site, view)
        # Where the statements failed, nothing may say that all is well.
        builder.add(*(one for one in found if not (view.target.name in told and one.check == ACCESS and one.status is Status.OK)))
    return builder
