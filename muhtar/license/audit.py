"""license.audit: every license of the register against a day and against the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from muhtar.errors import RegisterError
from muhtar.inventory import Inventory
from muhtar.license.judge import Verdict, judge_expiry, judge_seats
from muhtar.license.register import Covers, License, Licenses
from muhtar.outcome import Intent, Outcome, Status
from muhtar.progress import Progress
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["audit"]


def audit(site: Site, *, progress: Progress, as_of: date | None = None, inventory: Inventory | None = None) -> ReportBuilder:
    """Judge each license on the day `as_of` (default: today in the site's time zone).

    Targets are the ids of the register; all outcomes carry the one moment of the audit. Raises RegisterError where the
    register is missing, wrong or empty: nothing to audit is no clean audit.
    """
    register, document = load_with_lines(site.register("licenses"), Licenses)
    if not register.licenses:
        raise RegisterError(
            "there is nothing to audit: the register is empty",
            path=document.path,
            key="licenses",
            mend="write down what was bought",
        )
    day = as_of or datetime.now(ZoneInfo(site.settings["timezone"])).date()
    report = ReportBuilder("license.audit", site.name)
    inventory = inventory or Inventory.load(site)
    progress.phase("licenses", len(register.licenses))
    for index, entry in enumerate(register.licenses):
        intent = intent_of(document, ("licenses", index))
        report.select(entry.id, "license.expiry")
        outcomes = [_outcome(report, entry, "license.expiry", judge_expiry(entry, day), intent)]
        if entry.metric == "host" and entry.covers:
            report.select(entry.id, "license.seats")
            seats = _seats(entry, entry.covers, inventory.groups, inventory.hosts, day)
            outcomes.append(_outcome(report, entry, "license.seats", seats, intent))
        else:
            report.note(f"{entry.id}: seats not counted, its metric is {entry.metric}")
        report.add(*outcomes)
        bad = next((outcome for outcome in outcomes if outcome.status is not Status.OK), outcomes[0])
        progress.step(entry.id, bad.summary, bad.status.value)
    if as_of:
        report.note(f"as of {day}: an answer to a question, not kept in the history")
    return report


def _seats(entry: License, covers: Covers, groups: Mapping[str, tuple[str, ...]], hosts: list[str], day: date) -> Verdict:
    """Count the hosts; a group or host that the inventory lacks makes the count worthless, and so an error."""
    lost = [f"group {name!r}" for name in covers.groups if name not in groups and name != "all"]
    lost += [f"host {name!r}" for name in covers.hosts if name not in hosts]
    if lost:
        return Verdict(
            Status.ERROR,
            f"{entry.product}: seats cannot be counted, the inventory has no {' and no '.join(lost)}",
            mend="correct `covers` in the register: ./inv inventory.graph shows groups and hosts",
        )
    used = set(covers.hosts).union(*(hosts if name == "all" else groups[name] for name in covers.groups))
    return judge_seats(entry, len(used), day)


def _outcome(report: ReportBuilder, entry: License, check: str, verdict: Verdict, intent: Intent) -> Outcome:
    return Outcome(
        target=entry.id,
        check=check,
        status=verdict.status,
        summary=verdict.summary,
        wanted=verdict.wanted,
        found=verdict.found,
        mend=verdict.mend,
        intent=intent,
        duty="8b10",
        started=report.started,
    )
