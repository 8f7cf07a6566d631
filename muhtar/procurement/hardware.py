"""What an asset needs in a budget year: one in its place, a maintenance contract, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from muhtar.license.assets import Asset
from muhtar.license.contracts import Contract
from muhtar.outcome import Waived
from muhtar.procurement.model import Action, Judged, Lot, Need
from muhtar.procurement.register import Hardware
from muhtar.procurement.software import Waivers, latest_order
from muhtar.procurement.values import Money, Said
from muhtar.turkish import folded
from muhtar.warranty.cover import Cover, cover_of

__all__ = ["Keeper", "life_ends", "lots_of"]


def life_ends(purchased: date, years: int) -> date:
    """The last day of a life of so many years; of a 29th of February, until the 27th of that month."""
    day = purchased.day if (purchased.month, purchased.day) != (2, 29) else 28
    return purchased.replace(year=purchased.year + years, day=day) - timedelta(days=1)


def lots_of(role: Hardware) -> dict[Action, Lot]:
    """What is bought for a role: the things themselves, and their maintenance."""
    return {
        Action.REPLACEMENT: Lot(
            role.id, role.name, "hardware", "goods", role.requirements, role.way, role.warranty_years, role.lead_time_days
        ),
        Action.MAINTENANCE: Lot(
            f"{role.id}-maintenance",
            f"{role.name}: bakım ve onarım hizmeti",
            "maintenance",
            "services",
            role.maintenance_requirements,
            role.maintenance_way,
        ),
    }


@dataclass
class Keeper:
    """Judges assets on a day for the year that ends on `until`. `department`: whose an asset is that names no directorate."""

    day: date
    until: date
    roles: Sequence[Hardware]
    contracts: Mapping[str, Contract]
    exempt_kinds: Mapping[str, str]
    waived: Waivers
    department: str
    _roles: dict[tuple[str, str, str], Hardware | None] = field(default_factory=dict)
    _covers: dict[tuple[str, ...], Cover] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lots = {role.id: lots_of(role) for role in self.roles}

    def judge(self, index: int, asset: Asset) -> Judged:
        """An asset that no role fits cannot be judged, unless it needs nothing anyway."""
        owner = asset.directorate or self.department
        exemption = asset.exempt or self.exempt_kinds.get(asset.kind)

        def judged(said: Said, *needs: Need, **more: object) -> Judged:
            return Judged("assets", index, asset.id, owner, said, needs, **more)  # type: ignore[arg-type]

        if out := self._out_of_use(asset):
            return judged(out)
        role = self._role(asset, owner)
        if role is None and exemption:
            return judged(Said.of("buy.not_needed.exempt", reason=exemption))
        if role is None:
            mend = f"give procurement.yml a role under `hardware` for kind {asset.kind}, model {asset.model}"
            return judged(Said.of("buy.unjudged.no_role"), unjudged=True, mend=mend)
        need = self._old(asset, role) or (None if exemption else self._uncovered(asset, role))
        if need is None:
            return judged(Said.of("buy.not_needed.exempt", reason=exemption) if exemption else self._covered(asset))
        here = self.waived(asset.id, "procurement.asset")
        if decided := here or self._decided(asset, need):
            said = Said.of("buy.not_needed.waived", owner=decided.owner, until=decided.until, reason=decided.reason)
            return judged(said, waived=here is not None)
        return judged(Said.of("buy.standing.buy"), need)

    def idle_roles(self) -> tuple[str, ...]:
        """Those that fitted none of the assets that were judged: a word may be spelt wrongly in them."""
        used = {role.id for role in self._roles.values() if role}
        return tuple(role.id for role in self.roles if role.id not in used)

    def _out_of_use(self, asset: Asset) -> Said | None:
        if asset.purchased > self.day:
            return Said.of("buy.not_needed.not_yet", day=asset.purchased)
        if asset.retired and asset.retired <= self.until:
            return Said.of("buy.not_needed.retired", day=asset.retired)
        return None

    def _role(self, asset: Asset, owner: str) -> Hardware | None:
        key = (asset.kind, asset.model, owner)
        if key not in self._roles:
            self._roles[key] = next((role for role in self.roles if _fits(role, *key)), None)
        return self._roles[key]

    def _cover(self, asset: Asset) -> Cover:
        if asset.contracts not in self._covers:
            self._covers[asset.contracts] = cover_of(self.contracts[name] for name in asset.contracts)
        return self._covers[asset.contracts]

    def _last(self, asset: Asset) -> Contract | None:
        ending = [self.contracts[name] for name in asset.contracts if self.contracts[name].end is not None]
        return max(ending, key=lambda contract: (contract.end or date.max, contract.id), default=None)

    def _old(self, asset: Asset, role: Hardware) -> Need | None:
        if role.life_years is None:
            return None
        last = life_ends(asset.purchased, role.life_years)
        latest = latest_order(last, role.lead_time_days)
        if latest > self.until:
            return None
        reason = "buy.reason.old" if last < self.day else "buy.reason.grows_old"
        return self._need(role, Action.REPLACEMENT, Said.of(reason, years=role.life_years), latest)

    def _uncovered(self, asset: Asset, role: Hardware) -> Need | None:
        cover, contract = self._cover(asset), self._last(asset)
        if cover.periods and cover.last is None:
            return None
        last = cover.last or asset.purchased
        latest = latest_order(last, contract.lead_time_days) if contract else last
        if latest > self.until:
            return None
        reason = "buy.reason.uncovered" if last < self.day or not cover.periods else "buy.reason.cover_ends"
        action = Action.MAINTENANCE if role.uncovered == "maintenance" else Action.REPLACEMENT
        return self._need(role, action, Said.of(reason), latest)

    def _need(self, role: Hardware, action: Action, reason: Said, latest: date) -> Need:
        price = role.maintenance_price if action is Action.MAINTENANCE else role.price
        lot = self._lots[role.id][action]
        money = Money.of(price) if price else None
        return Need(lot, role.name, action, reason, 1, Said.of("buy.unit", unit=role.unit), latest, money)

    def _decided(self, asset: Asset, need: Need) -> Waived | None:
        """A waiver of the audit's finding: no cover, or a contract that ends. A life at its end is no finding of an audit."""
        if need.reason.key not in {"buy.reason.uncovered", "buy.reason.cover_ends"}:
            return None
        contract = self._last(asset)
        return self.waived(asset.id, "warranty.cover") or (self.waived(contract.id, "warranty.expiry") if contract else None)

    def _covered(self, asset: Asset) -> Said:
        cover = self._cover(asset)
        if cover.last is None:
            return Said.of("buy.not_needed.covered")
        if cover.at(self.day) is None and (after := cover.after(self.day)):
            return Said.of("buy.not_needed.covered_again", start=after.first, last=cover.last)
        return Said.of("buy.not_needed.covered_until", last=cover.last)


def _fits(role: Hardware, kind: str, model: str, owner: str) -> bool:
    return (
        kind in role.kinds
        and (not role.models or model in role.models)
        and (not role.directorates or folded(owner) in {folded(name) for name in role.directorates})
    )
