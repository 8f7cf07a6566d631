"""`provision`: servers by their roles, network devices by their rendered configuration, recorders by their interface."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from muhtar.drift import network, servers
from muhtar.drift.areas import AREAS, side_by_side, within
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
    video = AREAS["video"]
    recorders = within((video,), inventory, limit, shard, required=False)
    for area, found in side_by_side(work, hosts, site.name).items():
        _take_over(builder, found, "roles" if area.name == "servers" else "", recorders.get(video, ()))
    if recorders:
        # Their interface can take cameras only once the roles have run.
        names = recorders[video]
        change = partial(apply_video, verify=verify) if apply else as_declared
        call = partial(change, site, limit=",".join(names), progress=progress.child())
        _take_over(builder, side_by_side({video: call}, recorders, site.name)[video], "cameras", names)
    return builder


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
