"""Is an asset covered on a day, does a gap lie ahead, must a contract be renewed? Pure functions."""

from __future__ import annotations

from datetime import date

from muhtar.license.assets import Asset
from muhtar.license.contracts import Contract
from muhtar.license.judge import Verdict
from muhtar.outcome import Status
from muhtar.warranty.cover import Cover
from muhtar.words import count

__all__ = ["judge_contract", "judge_cover", "judge_gap", "unneeded"]


def unneeded(asset: Asset, exempt_kinds: dict[str, str], day: date) -> str | None:
    """Why the asset needs no cover on that day: not ours yet, or no more, or exempt. None where it needs some."""
    if day < asset.purchased:
        return f"only bought on {asset.purchased}"
    if asset.retired and day >= asset.retired:
        return f"out of use since {asset.retired}"
    if asset.exempt:
        return f"exempt: {asset.exempt}"
    if asset.kind in exempt_kinds:
        return f"exempt, as every {asset.kind}: {exempt_kinds[asset.kind]}"
    return None


def judge_cover(asset: Asset, cover: Cover, exemption: str | None, day: date) -> Verdict:
    """A finding where it is not covered on that day and nothing says that it need not be."""
    name = f"{asset.maker} {asset.model}"
    if exemption:
        return Verdict(Status.OK, f"{name}: {exemption}")
    if period := cover.at(day):
        return Verdict(Status.OK, f"{name}: covered until {period.last}" if period.last else f"{name}: covered, open-ended")
    before, after = cover.before(day), cover.after(day)
    if before:
        said = f"{name}: not covered since {before.last}"
    else:
        said = f"{name}: has no contract" if not cover.periods else f"{name}: not covered yet"
    return Verdict(
        Status.FINDING,
        said + (f", covered again from {after.first}" if after else ""),
        wanted=f"covered on {day}, or exempt",
        found=", ".join(map(str, cover.periods)) or "no contract",
        mend="buy warranty or maintenance and name the contract, or say `exempt` (or `retired`) and why in the register",
    )


def judge_gap(asset: Asset, cover: Cover, day: date) -> Verdict:
    """A finding where one contract ends and the next begins later, and that is still to come. A gap of now is judge_cover's."""
    name = f"{asset.maker} {asset.model}"
    ahead = [gap for gap in cover.gaps() if gap.first > day]
    past = [gap for gap in cover.gaps() if gap.last is not None and gap.last < day]
    if not ahead:
        said = f"no gap ahead ({count(len(past), 'gap')} in the past)" if past else "no gap ahead"
        return Verdict(Status.OK, f"{name}: {said}")
    gap = ahead[0]
    days = (gap.last - gap.first).days + 1 if gap.last else 0
    more = f", and {count(len(ahead) - 1, 'more gap')}" if len(ahead) > 1 else ""
    return Verdict(
        Status.FINDING,
        f"{name}: will not be covered from {gap.first} to {gap.last}, {count(days, 'day')}{more}",
        wanted="each contract begins on the day after the one before, or sooner",
        found=", ".join(map(str, cover.periods)),
        mend="let the later contract begin sooner, or the earlier one end later",
    )


def judge_contract(contract: Contract, assets: int, last: int, day: date) -> Verdict:
    """A finding where its end comes near, or is past, and assets have no cover after it.

    `assets`: how many in use it covers; `last`: for how many of them no later day is covered.
    """
    name = f"{contract.supplier}, {contract.kind}"
    if contract.end is None or contract.order_by is None:
        return Verdict(Status.OK, f"{name}: open-ended, {count(assets, 'asset')}")
    left = (contract.end - day).days
    if not last:
        return Verdict(Status.OK, f"{name}: {_ends(contract.end, left)}; {count(assets, 'asset')}, covered beyond it by others")
    notice = contract.notice(left)
    if left >= 0 and notice is None and day < contract.order_by:
        return Verdict(Status.OK, f"{name}: {_ends(contract.end, left)}, {count(assets, 'asset')}")
    urgent = "must be ordered now, " if left >= 0 and day >= contract.order_by else ""
    within = f" (within the {notice}-day notice)" if notice is not None and left >= 0 and not urgent else ""
    without = f"then {count(last, 'asset')} without cover" if left >= 0 else f"{count(last, 'asset')} without cover since"
    return Verdict(
        Status.FINDING,
        f"{name}: {urgent}{_ends(contract.end, left)}{within}; {without}",
        wanted=f"renewed, and ordered before {contract.order_by} (lead time {count(contract.lead_time_days, 'day')})",
        found=f"no later cover for {last} of its {count(assets, 'asset')}",
        mend="order the renewal, and name the new contract with these assets in the register; or say which are exempt or retired",
    )


def _ends(end: date, left: int) -> str:
    return f"ends on {end} in {count(left, 'day')}" if left >= 0 else f"ended on {end}, {count(-left, 'day')} ago"
