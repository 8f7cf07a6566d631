"""What the history knows of the certificates of the declared services: the last that was seen of each, and how old that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muhtar.certificate.check import CHECK
from muhtar.certificate.judge import Span, span_of
from muhtar.certificate.services import Declared, declared
from muhtar.deadlines import Deadline, Kind
from muhtar.history import History
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["KnownCertificates", "known_certificates"]

# One that was seen longer ago may be another by now: programs renew them.
_KEEPS = timedelta(days=7)
# How many runs are searched for what was last seen of a service that could not be read since.
_RUNS = 20
_MEND = "./inv certificate.check"


@dataclass(frozen=True)
class KnownCertificates:
    """The entries of the calendar, and `blind`: host and service → why its certificate may not be as the calendar says."""

    declared: int
    entries: tuple[Deadline, ...]
    blind: dict[str, str]

    def outcomes(self, target: str, check: str, started: datetime) -> Iterator[Outcome]:
        """One ok, or one unchecked for each service of which too little is known."""
        if not self.blind:
            said = f"{count(self.declared, 'certificate')}, each read within {count(_KEEPS.days, 'day')}"
            yield Outcome(target=target, check=check, status=Status.OK, summary=said, started=started)
        for service, why in self.blind.items():
            yield Outcome(
                target=target, check=check, subject=service, status=Status.UNCHECKED, summary=why, mend=_MEND, started=started
            )


def known_certificates(site: Site, inventory: Inventory, history: History | None, *, now: datetime) -> KnownCertificates:
    """Those of all hosts of the inventory, by `history` (default: ours). Raises RegisterError for services declared wrongly."""
    targets = inventory.select()
    services = declared(targets)
    if not services:
        return KnownCertificates(0, (), {})
    history = history or History.open()
    newest = {(one.target, one.subject): one for one in history.last_outcomes([CHECK], site=site.name)}
    past = _Past(history, site.name)
    zone = ZoneInfo(site.settings["timezone"])
    entries: list[Deadline] = []
    blind: dict[str, str] = {}
    for target in targets:
        for service in services.get(target.name, ()):
            key = (target.name, service.subject(target))
            last = newest.get(key)
            span = span_of(last) if last else None
            if last is None:
                why = "its certificate was never read"
            elif span is None:
                span = past.span(*key)
                why = last.summary + (", it is in the calendar as it was last seen" if span else "")
            else:
                why = f"its certificate was last read on {last.started:%Y-%m-%d}" if now - last.started > _KEEPS else ""
            if why:
                blind[" ".join(key)] = why
            if span:
                entries.append(_entry(target, service, span, zone))
    return KnownCertificates(sum(map(len, services.values())), tuple(entries), blind)


class _Past:
    """What earlier runs saw; read only where it is asked for."""

    def __init__(self, history: History, site: str) -> None:
        self._history = history
        self._site = site
        self._spans: dict[tuple[str, str], Span] | None = None

    def span(self, target: str, subject: str) -> Span | None:
        if self._spans is None:
            self._spans = {}
            for report in self._history.reports("certificate.check", site=self._site, limit=_RUNS):
                for outcome in report.outcomes:
                    if found := span_of(outcome):
                        self._spans.setdefault((outcome.target, outcome.subject), found)
        return self._spans.get((target, subject))


def _entry(target: Target, service: Declared, span: Span, zone: ZoneInfo) -> Deadline:
    """Its last day is the one on which it ends, whatever the hour."""
    return Deadline(
        kind=Kind.CERTIFICATE,
        id=service.id(target.name),
        title=service.subject(target),
        about=target.name,
        start=span.starts.astimezone(zone).date(),
        end=span.ends.astimezone(zone).date(),
        notices=service.thresholds_days,
    )
