"""`provision`: servers by their roles, network devices by their rendered configuration, recorders by their interface,
databases by the register of access."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from muhtar.databases.apply import apply as apply_access
from muhtar.databases.apply import check as check_access
from muhtar.databases.book import register_of
from muhtar.drift import network, servers
from muhtar.drift.areas import AREAS, Area, side_by_side, within
from muhtar.drift.video import as_declared
from muhtar.inventory import Inventory
from muhtar.network.apply import apply as apply_network
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.video.apply import apply as apply_video

__all__ = ["CHECK", "provision"]

CHECK = "provision.converge"


def provision(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    apply: bool = False,
    verify: bool = True,
    progress: Progress,
) -> ReportBuilder:
    """One outcome of `provision.converge` (or one a task) for each selected server and network device.

    Without `apply` nothing is changed: a finding is what would be. With it, hosts are changed and, with `verify`, looked at
    again: a finding then is what would change a second time. Raises NothingSelectedError where nothing is selected.
    """
    inventory = Inventory.load(site)
    hosts = within((AREAS["servers"], AREAS["network"]), inventory, limit, shard)

    def on_servers(progress: Progress) -> ReportBuilder:
        if not apply:
            return servers.check(site, limit=limit, shard=shard, full=True, progress=progress, inventory=inventory)
        found = ReportBuilder(CHECK, site.name)
        targets = inventory.select(limit, shard, group=servers.GROUP)
        servers.converge(found, CHECK, site, targets, progress=progress, inventory=inventory, verify=verify)
        return found

    def on_network(progress: Progress) -> ReportBuilder:
        # A commit is confirmed only after a second session has seen no difference: nothing is left to verify.
        if apply:
            return apply_network(site, limit=limit, shard=shard, progress=progress, check=CHECK)
        return network.check(site, limit=limit, shard=shard, progress=progress)

    work = {area: partial(on_servers if area.name == "servers" else on_network, progress.child()) for area in hosts}
    builder = ReportBuilder("provision", site.name, limit=limit, shard=shard)
    after = _after(site, inventory, limit, shard)
    shared = {name for names in after.values() for name in names}
    for area, found in side_by_side(work, hosts, site.name).items():
        _take_over(builder, found, "roles" if area.name == "servers" else "", shared)
    # A recorder's interface can take cameras, and a database grants, only once the roles have run.
    calls = {
        area: partial(_SECOND[area.name](apply, verify), site, limit=",".join(names), progress=progress.child())
        for area, names in after.items()
    }
    for area, found in side_by_side(calls, after, site.name).items():
        _take_over(builder, found, "cameras" if area.name == "video" else "access", after[area])
    return builder


def _after(site: Site, inventory: Inventory, limit: str | None, shard: str | None) -> dict[Area, list[str]]:
    """What is done by other means than roles, and on which hosts: cameras, and access where the town has a register of it."""
    areas = [AREAS["video"], *([AREAS["databases"]] if register_of(site) else [])]
    return {area: names for one in areas for area, names in within((one,), inventory, limit, shard, required=False).items()}


def _cameras(apply: bool, verify: bool) -> Callable[..., ReportBuilder]:
    return partial(apply_video, verify=verify) if apply else as_declared


def _access(apply: bool, verify: bool) -> Callable[..., ReportBuilder]:
    return partial(apply_access, only_access=True, verify=verify) if apply else partial(check_access, only_access=True)


_SECOND = {"video": _cameras, "databases": _access}


def _take_over(builder: ReportBuilder, found: ReportBuilder, part: str, of: Collection[str]) -> None:
    """Everything that was found, as outcomes of provisioning. On the hosts `of`, what is about the whole is about this `part`."""
    report = found.build()
    builder.select((pair.target for pair in report.selected), CHECK)
    for outcome in report.outcomes:
        subject = outcome.subject or (part if outcome.target in of else "")
        mend = f"./inv provision --limit {outcome.target} --apply"
        builder.add(outcome.model_copy(update={"check": CHECK, "subject": subject, "mend": mend}))
    for note in report.notes:
        builder.note(note)
