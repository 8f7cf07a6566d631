"""Is a license in term on a day, is it enough, and is it used? Pure functions over the register and a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from muhtar.license.register import License
from muhtar.license.terms import follows
from muhtar.license.usage import Unknown, Used
from muhtar.outcome import Intent, Outcome, Status
from muhtar.words import count

__all__ = ["Verdict", "judge_expiry", "judge_idle", "judge_seats", "judge_support"]


@dataclass(frozen=True)
class Verdict:
    """What is said of an entry of a register: status, one line, what was wanted and found, and the mend."""

    status: Status
    summary: str
    wanted: str | None = None
    found: str | None = None
    mend: str | None = None

    def outcome(self, target: str, check: str, *, duty: str, intent: Intent, started: datetime) -> Outcome:
        """As an outcome of that check. `started` is the moment of the whole audit."""
        return Outcome(
            target=target,
            check=check,
            status=self.status,
            summary=self.summary,
            wanted=self.wanted,
            found=self.found,
            mend=self.mend,
            intent=intent,
            duty=duty,
            started=started,
        )


def judge_expiry(entry: License, as_of: date, renewal: License | None = None) -> Verdict:
    """A finding from the first threshold on, from the latest day of order on, and after the last day in force.

    None of it where a `renewal` (the entry of the next term) begins in time: it is judged itself.
    """
    if entry.end is None or entry.order_by is None:
        return Verdict(Status.OK, f"{entry.product}: open-ended")
    if renewal:
        return _judge_renewed(entry, entry.end, renewal, as_of)
    left = (entry.end - as_of).days
    if left < 0:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: expired on {entry.end}, {count(-left, 'day')} ago",
            wanted=f"in force on {as_of}",
            found=f"last day in force {entry.end}",
            mend=f"stop using it, or renew it (contract {entry.contract}) and write the new term down with `renews: {entry.id}`",
        )
    renew = f"order the renewal (contract {entry.contract}), then write the new term down with `renews: {entry.id}`"
    if as_of >= entry.order_by:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: must be ordered now, ends on {entry.end} in {count(left, 'day')}; "
            f"delivery takes {count(entry.lead_time_days, 'day')}",
            wanted=f"ordered before {entry.order_by} (lead time {count(entry.lead_time_days, 'day')})",
            found=f"not renewed on {as_of}",
            mend=renew,
        )
    notice = entry.notice(left)
    said = f"{entry.product}: ends on {entry.end} in {count(left, 'day')}, order before {entry.order_by}"
    if notice is None:
        return Verdict(Status.OK, said)
    return Verdict(
        Status.FINDING,
        f"{said} (within the {notice}-day notice)",
        wanted=f"renewed {count(max(entry.thresholds_days), 'day')} before the end",
        found=f"not renewed on {as_of}",
        mend=renew,
    )


def _judge_renewed(entry: License, end: date, renewal: License, as_of: date) -> Verdict:
    said = f"{entry.product}: ends on {end}, renewed by {renewal.id} from {renewal.start}"
    if follows(renewal.start, end, as_of):
        return Verdict(Status.OK, said)
    without = (renewal.start - end).days - 1
    return Verdict(
        Status.FINDING,
        f"{said}; {count(without, 'day')} without a license between",
        wanted=f"renewed from {end + timedelta(days=1)}",
        found=f"renewed from {renewal.start}",
        mend=f"let the renewal begin sooner (contract {renewal.contract}), or stop using it for these days",
    )


def judge_support(entry: License, ends: date, as_of: date) -> Verdict:
    """A finding from the first threshold before the maker's last day of support on."""
    left = (ends - as_of).days
    notice = entry.notice(left)
    if left >= 0 and notice is None:
        return Verdict(Status.OK, f"{entry.product}: mended by its maker until {ends}")
    said = f"ends on {ends} in {count(left, 'day')}" if left >= 0 else f"ended on {ends}, {count(-left, 'day')} ago"
    return Verdict(
        Status.FINDING,
        f"{entry.product}: the maker's support {said}",
        wanted=f"a version that {entry.publisher} mends",
        found=f"last day of support {ends}",
        mend="plan the move to a later version, then correct `support_ends` in the register",
    )


def judge_seats(entry: License, answer: Used | Unknown, as_of: date) -> Verdict:
    """A finding where more are used than were bought, or any before the term has begun; nobody knows: no verdict."""
    if isinstance(answer, Unknown):
        return Verdict(answer.status, f"{entry.product}: use cannot be judged, {answer.why}", mend=answer.mend)
    if as_of < entry.start and answer.number:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: {answer.number} in use, but its term only begins on {entry.start}",
            wanted=f"none in use before {entry.start}",
            found=answer.source,
            mend="correct `start` in the register, or cover this use by the license of the term before",
        )
    wanted = f"at most {count(entry.quantity, _thing(entry))}"
    over = answer.number - entry.quantity
    if over > 0:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: {answer.number} in use, {entry.quantity} were bought; {over} too many",
            wanted=wanted,
            found=answer.source,
            mend=f"buy {over} more (contract {entry.contract}), or take them out of use",
        )
    return Verdict(Status.OK, f"{entry.product}: {answer.number} of {entry.quantity} in use", wanted=wanted, found=answer.source)


def judge_idle(entry: License, answer: Used) -> Verdict:
    """A finding where more than `idle_percent` of what was bought is not used, with what that cost."""
    idle = max(entry.quantity - answer.number, 0)
    said = f"{entry.product}: {idle} of {entry.quantity} not used"
    wanted = f"at most {entry.idle_percent} % not used"
    if idle * 100 <= entry.quantity * entry.idle_percent:
        return Verdict(Status.OK, said, wanted=wanted, found=answer.source)
    if entry.cost:
        share = entry.cost.with_kdv * idle / entry.quantity
        said += f", {share:.2f} {entry.cost.currency} of what they cost with KDV"
    return Verdict(
        Status.FINDING,
        said,
        wanted=wanted,
        found=answer.source,
        mend="renew fewer of them, give them to who needs some, or say `idle_percent` in the register",
    )


def _thing(entry: License) -> str:
    return "CAL" if entry.metric == "cal" else entry.metric.replace("_", " ")
