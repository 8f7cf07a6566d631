"""warranty.audit: every asset of the register against its contracts and a day, and every contract that assets rely on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from muhtar.license.assets import Asset
from muhtar.license.books import Book, Books, open_books
from muhtar.license.contracts import COVERING
from muhtar.license.judge import Verdict
from muhtar.license.tally import by_directorate, standing, tally
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.waivers.cover import Decisions
from muhtar.warranty.budget import by_year
from muhtar.warranty.cover import Cover, cover_of
from muhtar.warranty.judge import judge_contract, judge_cover, judge_gap, unneeded
from muhtar.words import some

__all__ = ["audit"]

_NAMED = 20


def audit(site: Site, *, progress: Progress, as_of: date | None = None) -> ReportBuilder:
    """Judge each asset, and each contract that covers some, on the day `as_of` (default: today in the site's time zone).

    Targets are ids of the registers of assets and contracts; all outcomes carry the one moment of the audit. Raises
    RegisterError where one of them is missing or wrong, or there is no asset: nothing to audit is no clean audit.
    """
    books = open_books(site, "assets", "contracts")
    day = as_of or site.today()
    work = _Audit(books, day, ReportBuilder("warranty.audit", site.name), progress)
    progress.phase("assets", len(books.assets))
    for index, asset in enumerate(books.assets):
        work.judge_asset(index, asset)
    work.judge_contracts()
    work.sum_up(Decisions.of(site, day))
    if as_of:
        work.report.note(f"as of {day}: an answer to a question, not kept in the history")
    return work.report


@dataclass
class _Audit:
    """An audit under way. `relying`: contract → assets in use that name it; `last`: those for which it is the last cover."""

    books: Books
    day: date
    report: ReportBuilder
    progress: Progress
    outcomes: list[Outcome] = field(default_factory=list)
    relying: Counter[str] = field(default_factory=Counter)
    last: Counter[str] = field(default_factory=Counter)
    covers: dict[tuple[str, ...], Cover] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contracts = {contract.id: contract for contract in self.books.contracts}
        self.exempt = {item.kind: item.reason for item in self.books.exempt_kinds}

    def judge_asset(self, index: int, asset: Asset) -> None:
        """Covered on the day? And where it needs cover: does a gap lie ahead?"""
        exemption = unneeded(asset, self.exempt, self.day)
        cover = self._cover(asset)
        self._add("assets", index, asset.id, "warranty.cover", judge_cover(asset, cover, exemption, self.day))
        if exemption:
            return
        self._add("assets", index, asset.id, "warranty.gap", judge_gap(asset, cover, self.day))
        for name in asset.contracts:
            self.relying[name] += 1
            if cover.last is not None and self.contracts[name].end == cover.last:
                self.last[name] += 1

    def judge_contracts(self) -> None:
        """Those that cover an asset in use; the others are named."""
        idle = []
        for index, contract in enumerate(self.books.contracts):
            if self.relying[contract.id]:
                verdict = judge_contract(contract, self.relying[contract.id], self.last[contract.id], self.day)
                self._add("contracts", index, contract.id, "warranty.expiry", verdict)
            elif contract.kind in COVERING:
                idle.append(contract.id)
        if idle:
            self.report.note(f"contracts that cover no asset in use, not judged: {some(idle, _NAMED)}")

    def sum_up(self, decisions: Decisions) -> None:
        """The proof that nothing was left out, whose assets they are, and the budget years."""
        outcomes = decisions.cover(self.outcomes)
        # An asset and a contract may share an id.
        standings = standing(outcome for outcome in outcomes if outcome.check != "warranty.expiry")
        self.report.note(tally((asset.id for asset in self.books.assets), standings, "asset"))
        judged = [contract for contract in self.books.contracts if self.relying[contract.id]]
        of_contracts = standing(outcome for outcome in outcomes if outcome.check == "warranty.expiry")
        self.report.note(tally((contract.id for contract in judged), of_contracts, "contract"))
        owners = {asset.id: asset.directorate for asset in self.books.assets if asset.directorate}
        if said := by_directorate(owners, standings, "asset"):
            self.report.note(said)
        for line in by_year(((contract, self.last[contract.id]) for contract in judged), self.day):
            self.report.note(line)

    def _cover(self, asset: Asset) -> Cover:
        """Kept by its contracts: hundreds of assets share them."""
        if asset.contracts not in self.covers:
            self.covers[asset.contracts] = cover_of(self.contracts[name] for name in asset.contracts)
        return self.covers[asset.contracts]

    def _add(self, book: Book, index: int, target: str, check: str, verdict: Verdict) -> None:
        self.report.select(target, check)
        intent = self.books.intent(book, index)
        outcome = verdict.outcome(target, check, duty="8b9", intent=intent, started=self.report.started)
        self.report.add(outcome)
        self.outcomes.append(outcome)
        if verdict.status is not Status.OK or check != "warranty.gap":
            self.progress.step(target, verdict.summary, verdict.status.value)
