"""What a license needs in a budget year: a renewal, more of it, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from muhtar.license.judge import judge_idle
from muhtar.license.register import License
from muhtar.license.terms import Terms
from muhtar.license.usage import Unknown, Used
from muhtar.outcome import Status, Waived
from muhtar.procurement.model import Action, Judged, Lot, Need
from muhtar.procurement.values import Money, Said

__all__ = ["Buyer", "Waivers", "latest_order"]

Waivers = Callable[[str, str], Waived | None]
"""(target, check) → who decided that a finding stays as it is, on the last day of the budget year."""


def latest_order(last: date, lead: int) -> date:
    """The last day on which ordering what follows on `last` is early enough, as `license.audit` has it."""
    return last - timedelta(days=lead + 1)


@dataclass(frozen=True)
class Buyer:
    """Judges licenses on a day for the year that ends on `until`. `lots`: license → its class; `department`: whose it is else."""

    day: date
    until: date
    lots: Mapping[str, Lot]
    terms: Terms
    waived: Waivers
    department: str

    def judge(self, index: int, entry: License, answer: Used | Unknown | None) -> Judged:
        """`answer` is how many are used; None where nothing is to be counted."""
        owner = entry.directorate or self.department
        lot = self.lots.get(entry.id)
        found: list[Need] = []
        decided: list[Said] = []
        for check, need in (("license.expiry", self._renewal), ("license.seats", self._more)):
            made = need(entry, answer, lot)
            if made is None:
                continue
            waiver = self.waived(entry.id, check) or self.waived(entry.id, "procurement.license")
            if waiver is None:
                found.append(made)
            else:
                decided.append(_waived(waiver))
        needs = tuple(need for need in found if need.lot is not _NO_LOT)

        also = tuple(need.reason for need in found) if found and not needs else tuple(decided) if found else ()

        def judged(said: Said, **more: object) -> Judged:
            return Judged("licenses", index, entry.id, owner, said, needs, also=also, **more)  # type: ignore[arg-type]

        if found and not needs:
            said = Said.of("buy.unjudged.no_class")
            mend = f"name {entry.id} under `licenses` of a class of software in procurement.yml"
            return judged(said, unjudged=True, mend=mend)
        if isinstance(answer, Unknown):
            failed = answer.status is Status.ERROR
            return judged(Said.of("buy.unjudged.use"), unjudged=True, failed=failed, detail=answer.why, mend=answer.mend)
        if needs:
            return judged(Said.of("buy.standing.buy"))
        if decided:
            return judged(decided[0], waived=self.waived(entry.id, "procurement.license") is not None)
        return judged(self._why_not(entry))

    def _renewal(self, entry: License, answer: Used | Unknown | None, lot: Lot | None) -> Need | None:
        if entry.end is None or entry.id in self.terms.after:
            return None
        latest = latest_order(entry.end, entry.lead_time_days)
        if latest > self.until:
            return None
        gone = entry.end < self.day
        remark = None
        if isinstance(answer, Used) and entry.in_force(self.day) and judge_idle(entry, answer).status is Status.FINDING:
            remark = Said.of("buy.remark.idle", used=answer.number, owned=entry.quantity)
        return Need(
            lot or _NO_LOT,
            entry.product,
            Action.RENEWAL,
            Said.of("buy.reason.expired" if gone else "buy.reason.ends", end=entry.end),
            entry.quantity,
            _unit(entry),
            latest,
            Money.of(entry.cost) if entry.cost else None,
            remark,
        )

    def _more(self, entry: License, answer: Used | Unknown | None, lot: Lot | None) -> Need | None:
        if not isinstance(answer, Used) or not self.terms.counts(entry, self.day):
            return None
        short = answer.number - entry.quantity
        if short <= 0:
            return None
        reason = Said.of("buy.reason.over", used=answer.number, owned=entry.quantity, short=short)
        money = Money.of(entry.cost, Decimal(short) / entry.quantity) if entry.cost else None
        return Need(lot or _NO_LOT, entry.product, Action.ADDITIONAL, reason, short, _unit(entry), self.day, money)

    def _why_not(self, entry: License) -> Said:
        after = self.terms.after.get(entry.id)
        if after is not None:
            return Said.of("buy.not_needed.renewed", other=after.id, start=after.start)
        if entry.end is None:
            return Said.of("buy.not_needed.enough")
        return Said.of("buy.not_needed.later", latest=latest_order(entry.end, entry.lead_time_days))


_NO_LOT = Lot("", "", "software", "goods", ())
"""The lot of a license that is in no class."""


def _unit(entry: License) -> Said:
    return Said.of(f"buy.metric.{entry.metric}")


def _waived(decided: Waived) -> Said:
    return Said.of("buy.not_needed.waived", owner=decided.owner, until=decided.until, reason=decided.reason)
