"""Needs of single entries joined into the lines of the list, and the proof that none was lost on the way. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from muhtar.errors import InvalidReportError
from muhtar.procurement.model import Judged, Line, Need, Standing
from muhtar.procurement.values import Money
from muhtar.turkish import alphabetical, folded
from muhtar.words import count

__all__ = ["lines_of", "proof"]


def lines_of(judged: Iterable[Judged]) -> tuple[Line, ...]:
    """One line for each directorate and thing: assets of one role and reason together, licenses each by itself."""
    names: dict[str, str] = {}
    found: dict[tuple[object, ...], list[tuple[Judged, Need]]] = defaultdict(list)
    for entry in judged:
        owner = folded(entry.directorate)
        names.setdefault(owner, entry.directorate)
        for need in entry.needs:
            whose = entry.id if entry.book == "licenses" else ""
            found[need.lot.id, owner, need.action, need.reason, whose].append((entry, need))
    lines = [_line(names[folded(own[0][0].directorate)], own) for own in found.values()]
    return tuple(sorted(lines, key=_place))


def _line(directorate: str, own: Sequence[tuple[Judged, Need]]) -> Line:
    first = own[0][1]
    known = [need.money for _, need in own if need.money is not None]
    return Line(
        first.lot,
        directorate,
        first.what,
        first.action,
        first.reason,
        sum(need.quantity for _, need in own),
        first.unit,
        min(need.latest for _, need in own),
        # Of one lot and action, all have the same price, or none.
        next(iter(Money.sums(known).values())) if known else None,
        tuple(entry.id for entry, _ in own),
        first.remark,
    )


def _place(line: Line) -> tuple[object, ...]:
    kinds = ("hardware", "maintenance", "software")
    return (
        kinds.index(line.lot.kind),
        line.lot.id,
        alphabetical(line.directorate),
        alphabetical(line.what),
        line.latest,
        line.reason.key,
    )


def proof(judged: Sequence[Judged], lines: Sequence[Line], thing: str) -> str:
    """`scanned 1890 assets = 600 to buy + 1250 not needed + 40 that could not be judged; 80 lines for 600`.

    Raises InvalidReportError where an entry is there twice, or the lines hold other entries than those that need something.
    """
    entries = Counter(entry.id for entry in judged)
    needy = {entry.id for entry in judged if entry.needs}
    on_lines = {entry for line in lines for entry in line.entries}
    if max(entries.values(), default=1) > 1 or needy != on_lines:
        wrong = sorted(needy ^ on_lines) or [name for name, number in entries.items() if number > 1]
        raise InvalidReportError(f"the list and the {thing}s that it was made from differ: {', '.join(wrong[:5])}")
    stands = Counter(entry.standing for entry in judged)
    known = sum(1 for entry in judged if entry.standing is Standing.UNJUDGED and entry.needs)
    text = (
        f"scanned {count(len(judged), thing)} = {stands[Standing.BUY]} to buy + {stands[Standing.NOT_NEEDED]} not needed + "
        f"{stands[Standing.UNJUDGED]} that could not be judged"
    )
    text += f" ({known} of these have a line all the same)" if known else ""
    return f"{text}; {count(len(lines), 'line')} for {len(needy)} of them"
