"""Is a license in term on a day, and is it enough? Pure functions over the register and a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from muhtar.license.register import License
from muhtar.outcome import Status

__all__ = ["Verdict", "judge_expiry", "judge_seats"]


@dataclass(frozen=True)
class Verdict:
    """What is said of a license: status, one line, what was wanted and found, and the mend."""

    status: Status
    summary: str
    wanted: str | None = None
    found: str | None = None
    mend: str | None = None


def judge_expiry(entry: License, as_of: date) -> Verdict:
    """A finding from the latest day of order on, and after the last day in force; thresholds are only mentioned."""
    if entry.end is None or entry.order_by is None:
        return Verdict(Status.OK, f"{entry.product}: open-ended")
    wanted = f"ordered before {entry.order_by} (lead time {entry.lead_time_days} days)"
    left = (entry.end - as_of).days
    if left < 0:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: expired on {entry.end}, {_days(-left)} ago",
            wanted=f"in force on {as_of}",
            found=f"last day in force {entry.end}",
            mend=f"stop using it or renew it (contract {entry.contract}), then correct `end` in the register",
        )
    if as_of >= entry.order_by:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: must be ordered now, ends on {entry.end} in {_days(left)}; "
            f"delivery takes {_days(entry.lead_time_days)}",
            wanted=wanted,
            found=f"not renewed on {as_of}",
            mend=f"order the renewal (contract {entry.contract}), then correct `end` in the register",
        )
    notice = min((threshold for threshold in entry.thresholds_days if left <= threshold), default=None)
    mention = f" (within the {notice}-day notice)" if notice is not None else ""
    return Verdict(Status.OK, f"{entry.product}: ends on {entry.end} in {_days(left)}{mention}, order before {entry.order_by}")


def judge_seats(entry: License, used: int, as_of: date) -> Verdict:
    """A finding where more hosts use the product than were bought, or any before its term has begun."""
    found = f"{used} hosts in the inventory"
    if as_of < entry.start and used:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: in use by {used} hosts, but its term only begins on {entry.start}",
            wanted=f"no host before {entry.start}",
            found=found,
            mend="correct `start` in the register, or cover these hosts by the license of the term before",
        )
    wanted = f"at most {entry.quantity} hosts"
    if used > entry.quantity:
        return Verdict(
            Status.FINDING,
            f"{entry.product}: {used} hosts use it, {entry.quantity} were bought; {used - entry.quantity} too many",
            wanted=wanted,
            found=found,
            mend=f"buy {used - entry.quantity} more (contract {entry.contract}), or take hosts out of its groups",
        )
    return Verdict(Status.OK, f"{entry.product}: {used} of {entry.quantity} in use", wanted=wanted, found=found)


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
