"""A purchase list as a report: an outcome for each entry of the registers and each lot, and the proof that none was left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from muhtar.i18n import Words
from muhtar.outcome import Intent, Outcome, Status
from muhtar.procurement.lines import proof
from muhtar.procurement.model import Judged, Need, Priced, Purchase, Route, Standing
from muhtar.procurement.values import Money
from muhtar.registers.load import intent_of_file
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["report"]

_BOOKS = {"licenses": ("procurement.license", "8b4", "license"), "assets": ("procurement.asset", "8b1", "asset")}
_MENDS = {
    Route.UNKNOWN: "write the price (cost, price, maintenance_price) or the rate of that day into its register",
    Route.OPEN: "begin the open tender in time, or ask the Kamu İhale Kurumu for its consent (article 62/ı)",
}


def report(site: Site, purchase: Purchase) -> ReportBuilder:
    """Outcomes in English, as of every audit. Raises InvalidReportError where the list and the registers do not add up."""
    builder = ReportBuilder("license.procurement", site.name)
    words = Words("en")
    for entry in purchase.judged:
        builder.select(entry.id, _BOOKS[entry.book][0])
        builder.add(_of_entry(entry, words, purchase.books.intent(entry.book, entry.index), builder.started))
    mine = {line.lot.id for line in purchase.lines}
    where = intent_of_file(site.register("procurement"))
    for name in (name for name in purchase.lots if name in mine):
        builder.select(name, "procurement.route")
        builder.add(_of_lot(name, purchase.lots[name], words, where, builder.started))
    for note in _notes(purchase):
        builder.note(note)
    return builder


def _of_entry(entry: Judged, words: Words, intent: Intent, started: datetime) -> Outcome:
    check, duty, _ = _BOOKS[entry.book]
    said = entry.said.text(words)
    parts = [_need(need, words) for need in entry.needs]
    status, summary, mend = Status.OK, said, entry.mend
    if entry.standing is Standing.UNJUDGED:
        status = Status.ERROR if entry.failed else Status.UNCHECKED
        summary = "; ".join([f"{said}: {entry.detail}" if entry.detail else said, *parts])
    elif entry.waived:
        status, mend = Status.FINDING, "buy it when the waiver ends, or decide anew"
    elif entry.needs:
        status = Status.FINDING
        summary = f"{entry.needs[0].what}: {'; '.join(parts)}"
        # Hundreds of computers are one group of a report, but not if each has a day of its own.
        when = f"by {min(need.latest for need in entry.needs)}" if entry.book == "licenses" else "by the day that the list has"
        mend = f"order it {when}, and write what was bought down"
    summary = "; ".join([summary, *(also.text(words) for also in entry.also)])
    return Outcome(
        target=entry.id,
        check=check,
        status=status,
        summary=summary,
        intent=intent,
        mend=mend if status is not Status.OK else None,
        duty=duty,
        started=started,
    )


def _need(need: Need, words: Words) -> str:
    many = f" of {need.quantity}" if need.quantity > 1 else ""
    return f"{words(f'buy.action.{need.action.value}')}{many}, {need.reason.text(words)}"


def _of_lot(name: str, priced: Priced, words: Words, intent: Intent, started: datetime) -> Outcome:
    status = Status.OK
    if priced.route is Route.UNKNOWN:
        status = Status.UNCHECKED
    elif priced.because.key == "buy.because.share":
        status = Status.FINDING
    known = f", about {priced.lira.net} TRY without KDV" if priced.lira else ""
    return Outcome(
        target=name,
        check="procurement.route",
        status=status,
        summary=f"{words(f'buy.route.{priced.route.value}')}{known}: {priced.because.text(words)}",
        intent=intent,
        mend=None if status is Status.OK else _MENDS[priced.route],
        duty="8b4" if priced.lot.kind == "software" else "8b1",
        started=started,
    )


def _notes(purchase: Purchase) -> Iterator[str]:
    about = purchase.about
    yield f"all that must be ordered by {about.until}, as known on {about.day}" + (
        f", of {about.directorate}" if about.directorate else ""
    )
    for book, (_, _, thing) in _BOOKS.items():
        judged = [entry for entry in purchase.judged if entry.book == book]
        lines = [line for line in purchase.lines if (line.lot.kind == "software") == (book == "licenses")]
        if judged:
            yield proof(judged, lines, thing)
    sums = Money.sums(line.money for line in purchase.lines if line.money)
    yield "estimated cost with KDV: " + (" + ".join(f"{money.gross} {money.currency}" for money in sums.values()) or "none known")
    if unpriced := sum(1 for line in purchase.lines if line.money is None):
        yield f"lines without a price in the registers, in none of the sums: {unpriced}"
    if purchase.idle_roles:
        yield f"hardware of the register that fits no asset in use: {', '.join(purchase.idle_roles)}"
    yield f"limits of {about.year}: {purchase.limits.source}"
