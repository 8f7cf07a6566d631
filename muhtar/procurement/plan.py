"""license.procurement: what must be bought in a budget year, from the registers and the inventory."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from muhtar.errors import InventoryError, UsageError
from muhtar.inventory import Inventory
from muhtar.license.terms import Terms
from muhtar.license.ways import Ways
from muhtar.outcome import Outcome, Status, Waived
from muhtar.procurement.hardware import Keeper
from muhtar.procurement.lines import lines_of
from muhtar.procurement.model import About, Judged, Lot, Purchase
from muhtar.procurement.opened import Opened, open_registers
from muhtar.procurement.register import Procurement
from muhtar.procurement.routes import price_lots, rates_on
from muhtar.procurement.software import Buyer, Waivers
from muhtar.progress import Progress
from muhtar.settings import Site
from muhtar.turkish import alphabetical, folded
from muhtar.waivers.cover import Decisions

__all__ = ["plan"]


def plan(
    site: Site,
    *,
    progress: Progress,
    as_of: date | None = None,
    year: int | None = None,
    directorate: str | None = None,
    inventory: Inventory | None = None,
) -> Purchase:
    """The list of a budget year (default: that of the day `as_of`, by default today): all that must be ordered by its last day.

    With `directorate`, the lines and entries are its own; ways of buying are those of the whole town's need all the same. Raises
    RegisterError for wrong registers, UsageError for a year that is past or a directorate that owns nothing.
    """
    day = as_of or site.today()
    about = _about(site, day, year or day.year)
    opened = open_registers(site, about.year)
    waived = _waivers(Decisions.of(site, about.until))
    progress.phase("registers")
    keeper = _keeper(opened, about, waived)
    judged = (
        *_judge_licenses(site, opened, about, waived, inventory or Inventory.load(site)),
        *(keeper.judge(index, asset) for index, asset in enumerate(opened.books.assets)),
    )
    lines = lines_of(judged)
    lots = price_lots(lines, opened.limits, rates_on(opened.register.rates, day))
    if directorate is not None:
        about = replace(about, directorate=_owner(judged, directorate))
        mine = folded(about.directorate or "")
        judged = tuple(entry for entry in judged if folded(entry.directorate) == mine)
        lines = tuple(line for line in lines if folded(line.directorate) == mine)
    progress.step(f"{about.year}", f"{len(lines)} lines")
    return Purchase(
        about,
        lines,
        lots,
        judged,
        opened.register,
        opened.limits,
        opened.books,
        keeper.idle_roles(),
    )


def _about(site: Site, day: date, year: int) -> About:
    if year < day.year:
        raise UsageError(
            f"the budget year {year} is past on {day}", mend=f"ask for {day.year} or later, or --as-of a day of {year}"
        )
    municipality = site.settings["municipality"]
    if not municipality:
        raise InventoryError(
            "the papers need the municipality's name",
            path=site.path / "settings.yml",
            key="municipality",
            mend="add municipality: Örnek Belediye Başkanlığı",
        )
    return About(str(municipality), str(site.settings["department"]), day, year)


def _waivers(decisions: Decisions) -> Waivers:
    def waived(target: str, check: str) -> Waived | None:
        if not any(waiver.concerns(target, check) for waiver in decisions.waivers):
            return None
        (outcome,) = decisions.cover([Outcome(target=target, check=check, status=Status.FINDING, summary="to buy")])
        return outcome.waiver

    return waived


def _judge_licenses(site: Site, opened: Opened, about: About, waived: Waivers, inventory: Inventory) -> tuple[Judged, ...]:
    books = opened.books
    ways = Ways.of(site, inventory, books.licenses, about.day)
    buyer = Buyer(about.day, about.until, _classes(opened.register), Terms.of(books.licenses), waived, about.department)
    return tuple(buyer.judge(index, entry, ways.used(entry)) for index, entry in enumerate(books.licenses))


def _keeper(opened: Opened, about: About, waived: Waivers) -> Keeper:
    books = opened.books
    return Keeper(
        about.day,
        about.until,
        opened.register.hardware,
        {contract.id: contract for contract in books.contracts},
        {item.kind: item.reason for item in books.exempt_kinds},
        waived,
        about.department,
    )


def _classes(register: Procurement) -> Mapping[str, Lot]:
    found: dict[str, Lot] = {}
    for software in register.software:
        lot = Lot(software.id, software.name, "software", software.nature, software.requirements, software.way)
        found |= dict.fromkeys(software.licenses, lot)
    return found


def _owner(judged: tuple[Judged, ...], asked: str) -> str:
    names = {folded(entry.directorate): entry.directorate for entry in reversed(judged)}
    if folded(asked) in names:
        return names[folded(asked)]
    near = difflib.get_close_matches(folded(asked), names, 1, 0.5)
    known = f"did you mean {names[near[0]]!r}?" if near else ", ".join(sorted(names.values(), key=alphabetical))
    raise UsageError(f"no entry of the registers is of the directorate {asked!r}", mend=f"name one of them: {known}")
