"""license.discover: look at every selected host, and keep what was found. Hosts are only read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from muhtar.errors import NothingSelectedError
from muhtar.inventory import Inventory, Target
from muhtar.license.discovery import servers, sessions
from muhtar.license.discovery.answer import Answer
from muhtar.license.discovery.products import Catalogue
from muhtar.license.discovery.record import GROUPS, Item, Look, LookKind, keep, read
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count, some

__all__ = ["CHECK", "discover"]

CHECK = "license.discover"
_Ask = Callable[[Inventory, Sequence[Target], Progress], list[Answer]]
# A play answers two questions at once: the look that is named here stands for both.
_ASK: Mapping[LookKind, _Ask] = {
    "system": servers.ask,
    "device": sessions.ask_devices,
    "pbx": sessions.ask_exchanges,
    "video": sessions.ask_recorders,
}
_NAMED = 6


def discover(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """One outcome for each host and look; what was found is kept under the state folder, host by host.

    A host that could not be asked is unchecked, and what is known of it says how old it is. Raises NothingSelectedError where
    no host of any kind is selected, RegisterError for mistakes in the site's products.
    """
    inventory = Inventory.load(site)
    catalogue = Catalogue.of(site)
    report = ReportBuilder("license.discover", site.name, limit=limit, shard=shard)
    chosen: dict[LookKind, list[Target]] = {}
    empty: NothingSelectedError | None = None
    for kind in _ASK:
        try:
            chosen[kind] = inventory.select(limit, shard, group=GROUPS[kind])
        except NothingSelectedError as error:
            empty = error
    if not chosen and empty is not None:
        raise empty
    report.select(sorted({target.name for targets in chosen.values() for target in targets}), CHECK)
    for kind, targets in chosen.items():
        answers = _ASK[kind](inventory, targets, progress)
        looks: dict[str, dict[LookKind, Look]] = {}
        for one in answers:
            if one.look is not None:
                looks.setdefault(one.host, {})[one.kind] = one.look
        for host, found in looks.items():
            keep(site, host, found)
        report.add(*(_outcome(site, answer, catalogue) for answer in answers))
    report.note(f"products are known by rules: {count(len(catalogue.products), 'product')}; registers/products.yml adds to them")
    return report


def _outcome(site: Site, answer: Answer, catalogue: Catalogue) -> Outcome:
    return Outcome(
        target=answer.host,
        check=CHECK,
        subject=answer.kind,
        status=Status.OK if answer.look else answer.status,
        summary=_found(answer.look, catalogue) if answer.look else f"{answer.why}; {_known(site, answer)}",
        mend=None if answer.look else f"see why it does not answer, then ./inv license.discover --limit {answer.host}",
        started=answer.started,
        duration=answer.duration,
    )


def _known(site: Site, answer: Answer) -> str:
    """How old what is known is, where a look failed."""
    old = read(site, answer.host).get(answer.kind)
    if old is None:
        return "nothing is known of it"
    age = (datetime.now(UTC) - old.seen).days
    return f"what is known is of {old.seen:%Y-%m-%d %H:%M} UTC, {count(age, 'day')} old"


def _found(look: Look, catalogue: Catalogue) -> str:
    said = [
        _things(kind, [one for one in look.items if one.kind == kind]) for kind in dict.fromkeys(one.kind for one in look.items)
    ]
    said += [count(number, thing) for thing, number in look.counts.items()]
    for sample in look.samples[-1:]:
        said.append(f"{count(sample.channel, 'channel')} and {count(sample.concurrent_call, 'call')} now")
    said += [f"{kind}s not told" for kind in look.untold]
    if look.serial:
        said.append(f"serial number {look.serial}")
    needed = sorted(name for name in catalogue.among(look.items) if catalogue.products[name].license == "needed")
    if needed:
        said.append(f"to be licensed: {some(needed, _NAMED)}")
    return ", ".join(said) or "none there"


def _things(kind: str, items: Iterable[Item]) -> str:
    """Many are counted, few are named."""
    names = [f"{one.name} {one.version}".strip() for one in items]
    if kind in {"package", "service"}:
        return count(len(names), kind)
    label = "" if kind in {"system", "database", "device", "pbx", "recorder"} else f"{kind}: "
    return label + some(names, _NAMED)
