"""What renewals fall into which budget year. The budget year of a municipality is the calendar year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from muhtar.license.contracts import Contract
from muhtar.words import count

__all__ = ["by_year"]


@dataclass
class _Year:
    contracts: int = 0
    assets: int = 0
    uncosted: int = 0
    costs: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def by_year(ending: Iterable[tuple[Contract, int]], day: date) -> Iterator[str]:
    """One line a budget year, in order, of contracts that end and how many assets then have no cover.

    A contract falls into the year of the first day after it; what ought to have been renewed before falls into the year of `day`.
    """
    years: dict[int, _Year] = defaultdict(_Year)
    for contract, assets in ending:
        if contract.end is None or not assets:
            continue
        year = years[max((contract.end + timedelta(days=1)).year, day.year)]
        year.contracts += 1
        year.assets += assets
        if contract.cost:
            year.costs[contract.cost.currency] += contract.cost.with_kdv
        else:
            year.uncosted += 1
    for number, year in sorted(years.items()):
        said = " + ".join(f"{amount} {currency}" for currency, amount in sorted(year.costs.items()))
        parts = [f"their last terms cost {said} with KDV"] if said else []
        parts += [f"the cost of {year.uncosted} is not in the register"] if year.uncosted else []
        yield (
            f"budget year {number}: {count(year.contracts, 'contract')} to renew, for {count(year.assets, 'asset')}; "
            + ", ".join(parts)
        )
