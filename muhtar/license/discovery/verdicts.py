"""Discovered but not licensed, licensed but not found: said only where discovery knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from muhtar.license.discovery.estate import Estate
from muhtar.license.discovery.record import GROUPS
from muhtar.license.judge import Verdict
from muhtar.license.register import License
from muhtar.license.usage import ByInventory, Unknown
from muhtar.outcome import Status
from muhtar.words import count, some

__all__ = ["WHOLE", "judge_unlicensed", "judge_unused"]

WHOLE = "discovery"
"""The target that stands for all looks: were they made, and lately enough?"""

_NAMED = 8


def judge_unused(entry: License, estate: Estate | None, inventory: ByInventory) -> Verdict:
    """A finding where no host that the license covers has the product, and all of them are known."""
    within = inventory.covered(entry.covers) if entry.covers else None
    if isinstance(within, Unknown):
        return Verdict(within.status, f"{entry.product}: cannot be looked for, {within.why}", mend=within.mend)
    if estate is None:
        return Verdict(Status.UNCHECKED, f"{entry.product}: nobody has looked yet what is in use", mend="./inv license.discover")
    standing = estate.standing(estate.catalogue.products[str(entry.discovered)], within)
    wanted = "found on at least one host"
    if standing.on:
        return Verdict(Status.OK, f"{entry.product}: found on {some(standing.on, _NAMED)}", wanted=wanted)
    if standing.unknown or standing.oldest is None:
        hosts = [f"{host} ({why})" for host, why in standing.unknown.items()]
        return Verdict(
            Status.UNCHECKED,
            f"{entry.product}: not found so far; not known: {some(hosts, _NAMED) or 'no host is looked at for it'}",
            wanted=wanted,
            mend="./inv license.discover",
        )
    return Verdict(
        Status.FINDING,
        f"{entry.product}: licensed, but found on no host",
        wanted=wanted,
        found=f"none; oldest look {standing.oldest:%Y-%m-%d}",
        mend=f"do not renew it (contract {entry.contract}), or correct `discovered` in the register",
    )


def judge_unlicensed(
    licenses: Iterable[License], estate: Estate, inventory: ByInventory, day: date
) -> Iterator[tuple[str, Verdict]]:
    """(target, verdict) of each product that was found and must be bought; last of the looks as a whole.

    Whether every host was looked at is asked of a town that relies on it: one whose licenses name products.

    Whoever is covered by a license that has begun counts as licensed: whether it has expired is another check's affair.
    """
    tied: dict[str, list[License]] = {}
    for entry in licenses:
        if entry.discovered and entry.start <= day:
            tied.setdefault(entry.discovered, []).append(entry)
    for product in estate.catalogue.products.values():
        if product.license == "none":
            continue
        on = estate.standing(product).on
        if not on:
            continue
        entries = tied.get(product.id, [])
        without = [host for host in on if not any(_covers(entry, host, inventory) for entry in entries)]
        said = f"{product.publisher} {product.product}: found on {count(len(on), 'host')}"
        if not without:
            yield product.id, Verdict(Status.OK, f"{said}, licensed by {some([entry.id for entry in entries], _NAMED)}")
            continue
        yield (
            product.id,
            Verdict(
                Status.FINDING,
                f"{said}, without a license on {some(without, _NAMED)}",
                wanted="a license for each host that has it",
                found=some(without, _NAMED),
                mend=f"remove it there, or buy it and write it into licenses.yml with `discovered: {product.id}`; "
                "where its use is free, say `license: none` in registers/products.yml",
            ),
        )
    if tied:
        yield WHOLE, _whole(estate)


def _covers(entry: License, host: str, inventory: ByInventory) -> bool:
    if entry.covers is None:
        return True
    hosts = inventory.covered(entry.covers)
    # A group that is not there is an error of the license's own.
    return isinstance(hosts, Unknown) or host in hosts


def _whole(estate: Estate) -> Verdict:
    due = [(host, kind) for kind, group in GROUPS.items() for host in estate.groups.get(group, ())]
    missing: dict[str, list[str]] = {}
    for host, kind in due:
        if estate.good(host, kind) is None:
            missing.setdefault(host, []).append(f"{kind} {estate.why_not(host, kind)}")
    hosts = len({host for host, _ in due})
    if not missing:
        return Verdict(Status.OK, f"{count(hosts, 'host')} looked at within {estate.limit.days} days")
    named = [f"{host} ({'; '.join(why)})" for host, why in sorted(missing.items())]
    return Verdict(
        Status.UNCHECKED,
        f"of {count(hosts, 'host')}, {len(missing)} not known: {some(named, _NAMED)}",
        wanted=f"every host looked at within {estate.limit.days} days",
        mend=f"./inv license.discover --limit {','.join(sorted(missing)[:_NAMED])}",
    )
