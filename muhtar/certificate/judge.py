"""Does a certificate hold, and for long enough? Pure; what is found is written so that it can be read back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from muhtar.license.judge import Verdict
from muhtar.outcome import Outcome, Status
from muhtar.words import count
from nornir_tasks.get_certificates import Certificate

__all__ = ["Span", "judge_certificate", "span_of"]

_FOUND = re.compile(r"from (?P<starts>\S+ \S+) UTC to (?P<ends>\S+ \S+) UTC, issued by ")
_FORMAT = "%Y-%m-%d %H:%M"
_MEND = "let its role renew it: ./inv provision --limit HOST --apply; or renew it where it was bought"


@dataclass(frozen=True)
class Span:
    """From when to when a certificate holds, UTC, to the minute."""

    starts: datetime
    ends: datetime


def judge_certificate(found: Certificate, thresholds: Sequence[int], now: datetime, *, host: str) -> Verdict:
    """A finding from the first threshold on, before its first moment, after its last, and where nobody vouches for it."""
    starts, ends = f"{found.starts:{_FORMAT}} UTC", f"{found.ends:{_FORMAT}} UTC"
    told = f"from {starts} to {ends}, issued by {found.issuer}"
    mend = _MEND.replace("HOST", host)
    left = (found.ends - now).days
    if found.ends < now:
        return Verdict(
            Status.FINDING,
            f"expired on {ends}, {count((now - found.ends).days, 'day')} ago",
            f"in force on {now:{_FORMAT}} UTC",
            told,
            mend,
        )
    if found.distrust:
        return Verdict(
            Status.FINDING,
            f"nobody vouches for it: {found.distrust}",
            "signed by the site's authority (or one that this machine trusts), for the name of the service",
            told,
            mend,
        )
    if now < found.starts:
        return Verdict(Status.FINDING, f"not in force before {starts}", f"in force on {now:{_FORMAT}} UTC", told, mend)
    notice = min((threshold for threshold in thresholds if left <= threshold), default=None)
    said = f"ends on {ends} in {count(left, 'day')}"
    if notice is None:
        return Verdict(Status.OK, said, found=told)
    return Verdict(
        Status.FINDING,
        f"{said} (within the {notice}-day notice)",
        f"renewed {count(max(thresholds), 'day')} before the end",
        told,
        mend,
    )


def span_of(outcome: Outcome) -> Span | None:
    """What `judge_certificate` wrote of a certificate, read back; None where the outcome is of one that was not seen."""
    match = _FOUND.match(outcome.found or "")
    if match is None:
        return None
    starts, ends = (datetime.strptime(match[name], _FORMAT).replace(tzinfo=UTC) for name in ("starts", "ends"))
    return Span(starts, ends)
