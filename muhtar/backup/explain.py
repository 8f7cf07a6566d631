"""backup.plan: what holds for each host, and where in the register each value of it was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muhtar.backup.age import unplanned
from muhtar.backup.outcomes import size
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import HostPolicy, Item, Origin
from muhtar.backup.sources.base import Source
from muhtar.outcome import Outcome, Status
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["CHECK", "Line", "explain", "lines", "make", "table"]

CHECK = "backup.policy"


@dataclass(frozen=True)
class Line:
    """One value of a host's policy: what it is of (a source, or ""), its key, the value for people, and where it was said."""

    source: str
    key: str
    value: str
    origin: str


def explain(plan: Plan, limit: str | None = None, shard: str | None = None) -> ReportBuilder:
    """One outcome of `backup.policy` per selected host: ok where it is backed up, or exempt with a reason.

    Findings: a host that the policy says nothing of, and one that is exempt for no reason.
    """
    builder = ReportBuilder("backup.plan", plan.site.name, limit=limit, shard=shard)
    builder.select([*(job.name for job in plan.jobs), *plan.exempt, *plan.unplanned], CHECK)
    builder.add(*(_planned(plan, job) for job in plan.jobs))
    builder.add(*(_exempt(plan, host, reason) for host, reason in plan.exempt.items()))
    builder.add(*(unplanned(plan, host, CHECK) for host in plan.unplanned))
    return builder


def make(site: Site, limit: str | None = None, shard: str | None = None) -> Plan:
    """The plan of the selected hosts, be there none among them that is backed up."""
    return Plan.make(site, limit, shard, or_nothing=True)


def lines(policy: HostPolicy) -> list[Line]:
    """Every value that holds for a host, its sources first."""
    return [*(line for item in policy.items for line in _of_source(item)), *_of_host(policy)]


def table(plan: Plan) -> Table:
    """The effective policy; hosts of which the same was said in the same places share their lines."""
    from rich.table import Table
    from rich.text import Text

    shown = Table("hosts", "source", "what", "value", "from", box=None, pad_edge=False, header_style="bold")
    groups: dict[tuple[Line, ...], list[str]] = {}
    for job in plan.jobs:
        groups.setdefault(tuple(lines(job.policy)), []).append(job.name)
    for found, hosts in groups.items():
        for number, line in enumerate(found):
            first = number == 0
            again = not first and found[number - 1].source == line.source
            cells = (", ".join(hosts) if first else "", "" if again else line.source, line.key, line.value, line.origin)
            shown.add_row(*map(Text, cells))
        shown.add_section()
    return shown


def _of_source(item: Item) -> Iterator[Line]:
    name = item.source.name
    yield Line(name, item.source.kind, _described(item.source), _said(item.origins, "source"))
    yield Line(name, "RPO", f"{item.rpo_hours:g} h", _said(item.origins, "rpo_hours"))
    if item.minimum_size:
        yield Line(name, "minimum size", size(item.minimum_size), _said(item.origins, "minimum_size"))
    if item.duty:
        yield Line(name, "duty", item.duty, _said(item.origins, "duty"))


def _of_host(policy: HostPolicy) -> Iterator[Line]:
    first, second = policy.repositories[0], policy.second
    yield Line("", "repository", f"{first.name} on {first.keeper.server}", _said(policy.origins, "repository"))
    yield Line(
        "", "second copy", f"{second.name} on {second.keeper.server}" if second else "none", _said(policy.origins, "second")
    )
    kept = str(policy.retention) if policy.retention else "none declared: nothing is ever removed"
    yield Line("", "retention", kept, _said(policy.origins, "retention"))
    within, every = policy.read_all_within_days, policy.drill_every_days
    yield Line("", "all data read within", count(within, "day"), _said(policy.origins, "read_all_within_days"))
    yield Line("", "a drill every", count(every, "day"), _said(policy.origins, "drill_every_days"))


def _said(origins: Mapping[str, Origin], key: str) -> str:
    return str(origins[key]) if key in origins else ""


def _described(source: Source) -> str:
    """What a kind of source says beyond what all say: its paths, its databases."""
    own = source.model_dump(exclude=set(Source.model_fields) | {"kind"}, exclude_defaults=True)
    return "; ".join(
        f"{key} {', '.join(map(str, value)) if isinstance(value, (list, tuple)) else value}" for key, value in own.items()
    )


def _planned(plan: Plan, job: Job) -> Outcome:
    policy = job.policy
    copies = " and ".join(kept.name for kept in policy.repositories)
    said = f"{count(len(policy.items), 'source')} to {copies}, RPO {policy.rpo_hours:g} h, keeps {policy.retention or 'all'}"
    return Outcome(target=job.name, check=CHECK, status=Status.OK, summary=said, intent=plan.intent)


def _exempt(plan: Plan, host: str, reason: str) -> Outcome:
    intent = plan.exempted_at.get(host, plan.intent)
    if reason:
        return Outcome(target=host, check=CHECK, status=Status.OK, summary=f"not backed up: {reason}", intent=intent)
    return Outcome(
        target=host,
        check=CHECK,
        status=Status.FINDING,
        summary="exempt from backup for no reason",
        wanted="a reason that a reader can judge, of ten characters at least",
        intent=intent,
        mend="write the reason behind the name, or take it out of `exempt`",
    )
