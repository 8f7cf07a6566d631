"""`drift.check`: all kinds of targets at once, and mending what can be mended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from muhtar.drift.areas import Area, chosen, side_by_side, within
from muhtar.errors import NothingSelectedError
from muhtar.inventory import Inventory
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions

__all__ = ["check", "mend"]


def check(
    site: Site,
    *,
    only: str | None = None,
    limit: str | None = None,
    shard: str | None = None,
    apply: bool = False,
    full: bool = False,
    progress: Progress,
) -> ReportBuilder:
    """Compare what is with what was declared, for the areas of `only` (all of them) that the selection touches.

    With `full`, what looks just as it did at its last full check is not taken for granted.

    With `apply`, hosts with findings that nobody has waived are brought back where their area knows how, and looked at again;
    the report then says how they stand after that. Raises NothingSelectedError where the selection is empty in every area.
    """
    areas = chosen(only)
    hosts = within(areas, Inventory.load(site), limit, shard)
    builder = ReportBuilder("drift.check", site.name, limit=limit, shard=shard)
    for area in areas:
        if area not in hosts:
            builder.note(f"{area.name}: no host of the selection is in the group {area.group}")
    looks = {
        area: partial(
            area.load().check, site, limit=limit, shard=shard, progress=progress.child(), **({"full": full} if area.fast else {})
        )
        for area in hosts
    }
    first = {area: found.build() for area, found in side_by_side(looks, hosts, site.name).items()}
    _combine(builder, first, _mend(site, _to_mend(site, first), progress) if apply else {})
    return builder


def _to_mend(site: Site, first: dict[Area, Report]) -> dict[Area, Report]:
    """The reports without the findings that somebody answers for."""
    waived = Decisions.of(site)
    return {area: report.model_copy(update={"outcomes": waived.cover(report.outcomes)}) for area, report in first.items()}


def mend(site: Site, found: Report, *, progress: Progress) -> ReportBuilder:
    """Mend what a report of `check` has found, without looking once more before; the new report is of those hosts.

    For whoever has just looked. Raises NothingSelectedError where the report has no finding of drift.
    """
    builder = ReportBuilder("drift.check", site.name)
    first = {area: part for area in chosen(None) if (part := _only(found, area)) is not None}
    if not first:
        raise NothingSelectedError("the report has no finding of drift", mend="there is nothing to mend")
    _combine(builder, first, _mend(site, first, progress))
    return builder


def _only(found: Report, area: Area) -> Report | None:
    """Of the hosts that have findings, what the report says about the area."""
    drifted = set(_drifted(found, "drift."))
    checks = (area.check_id, *area.also)
    selected = tuple(pair for pair in found.selected if pair.check in checks and pair.target in drifted)
    outcomes = tuple(outcome for outcome in found.outcomes if outcome.check in checks and outcome.target in drifted)
    return found.model_copy(update={"selected": selected, "outcomes": outcomes, "notes": ()}) if selected else None


def _combine(builder: ReportBuilder, first: dict[Area, Report], mended: dict[Area, Report]) -> None:
    for area, report in first.items():
        again = mended.get(area)
        anew = set(again.targets) if again else set()
        for part in (_without(report, anew), again):
            if part is not None:
                _take_over(builder, part)
        if again:
            for text in _told(report, again):
                builder.note(text)


def _mend(site: Site, first: dict[Area, Report], progress: Progress) -> dict[Area, Report]:
    """Mend hosts that have findings. Areas that change servers take turns; network devices are mended meanwhile.

    Mending a server may heal what another area could not look at (a service was down), so that area looks again.
    """
    # What only another check of the area has found (drift.unmanaged), no role can mend.
    hosts = {area: _drifted(report, area.check_id) for area, report in first.items()}
    hosts = {area: names for area, names in hosts.items() if names and hasattr(area.load(), "mend")}
    work: dict[Area, Callable[[], ReportBuilder]] = {
        area: partial(area.load().mend, site, limit=",".join(names), progress=progress.child()) for area, names in hosts.items()
    }
    if not work:
        return {}
    apart = {area: call for area, call in work.items() if area.name == "network"}
    in_turn = {area: call for area, call in work.items() if area not in apart}
    found: dict[Area, ReportBuilder] = {}
    # The first of them runs beside the network; two at once would change the same hosts.
    for area, call in in_turn.items():
        found |= side_by_side({area: call, **apart}, hosts, site.name)
        apart = {}
    found |= side_by_side(apart, hosts, site.name) if apart else {}
    changed = {name for area in in_turn for name in hosts[area]}
    again = {area: [name for name in _unwell(report) if name in changed] for area, report in first.items() if area not in found}
    again = {area: names for area, names in again.items() if names}
    looks = {
        area: partial(area.load().check, site, limit=",".join(names), progress=progress.child()) for area, names in again.items()
    }
    found |= side_by_side(looks, again, site.name)
    return {area: builder.build() for area, builder in found.items()}


def _drifted(report: Report, checks: str = "") -> list[str]:
    return list(
        dict.fromkeys(
            outcome.target for outcome in report.outcomes if outcome.status is Status.FINDING and outcome.check.startswith(checks)
        )
    )


def _unwell(report: Report) -> list[str]:
    return list(dict.fromkeys(outcome.target for outcome in report.outcomes if outcome.status is not Status.OK))


def _without(report: Report, targets: set[str]) -> Report | None:
    """The report without these targets; None where nothing else is in it."""
    selected = tuple(pair for pair in report.selected if pair.target not in targets)
    if not selected:
        return None
    outcomes = tuple(outcome for outcome in report.outcomes if outcome.target not in targets)
    return report.model_copy(update={"selected": selected, "outcomes": outcomes})


def _take_over(builder: ReportBuilder, report: Report) -> None:
    for pair in report.selected:
        builder.select(pair.target, pair.check)
    builder.add(*report.outcomes)
    for note in report.notes:
        builder.note(note)


def _told(before: Report, after: Report) -> list[str]:
    """What mending did, host by host."""
    left = {outcome.id for outcome in after.outcomes if outcome.status is not Status.OK}
    clean = {outcome.target for outcome in after.outcomes} - {
        outcome.target for outcome in after.outcomes if outcome.status in {Status.ERROR, Status.UNCHECKED}
    }
    found = [outcome for outcome in before.outcomes if outcome.status is Status.FINDING and outcome.target in clean]
    return [f"mended on {outcome.target}: {outcome.summary}" for outcome in found if outcome.id not in left]
