"""Is a domain registered on a day, and for long enough? Pure."""

from __future__ import annotations

from datetime import date, timedelta

from muhtar.license.domains import Domain
from muhtar.license.judge import Verdict
from muhtar.outcome import Status
from muhtar.words import count

__all__ = ["judge_domain"]


def judge_domain(entry: Domain, as_of: date) -> Verdict:
    """A finding from the first threshold on, from the latest day of order on, and after the last day of the registration."""
    left = (entry.end - as_of).days
    mend = f"renew it with {entry.registrar}, then correct `end` in the register"
    if left < 0:
        said = f"its registration ended on {entry.end}, {count(-left, 'day')} ago: anybody may register it"
        return Verdict(Status.FINDING, said, f"registered on {as_of}", f"last day {entry.end}", mend)
    order_by = entry.end - timedelta(days=entry.lead_time_days)
    said = f"ends on {entry.end} in {count(left, 'day')}"
    if as_of >= order_by:
        return Verdict(
            Status.FINDING,
            f"must be renewed now, {said}; a renewal takes {count(entry.lead_time_days, 'day')}",
            f"renewed before {order_by} (lead time {count(entry.lead_time_days, 'day')})",
            f"not renewed on {as_of}",
            mend,
        )
    notice = entry.notice(left)
    if notice is None:
        return Verdict(Status.OK, f"{said}, renew before {order_by}")
    return Verdict(
        Status.FINDING,
        f"{said}, renew before {order_by} (within the {notice}-day notice)",
        f"renewed {count(max(entry.thresholds_days), 'day')} before the end",
        f"not renewed on {as_of}",
        mend,
    )
