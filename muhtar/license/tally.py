"""The proof that an audit left nothing out: what was scanned is what is ok, has findings, is waived or could not be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from muhtar.errors import InvalidReportError
from muhtar.outcome import Outcome, Status
from muhtar.turkish import alphabetical, folded
from muhtar.words import count

__all__ = ["by_directorate", "standing", "tally"]

# Worst first: one outcome that nobody could judge makes the entry unjudged, whatever else is said of it.
_WORST = ("invalid", "finding", "waived", "ok")
_KINDS = {
    Status.ERROR: "invalid",
    Status.UNCHECKED: "invalid",
    Status.FINDING: "finding",
    Status.WAIVED: "waived",
    Status.OK: "ok",
}


def standing(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Target → ok, waived, finding or invalid: the worst that is said of it. An outcome of no verdict makes it invalid."""
    found: dict[str, str] = {}
    for outcome in outcomes:
        kind = _KINDS[outcome.status]
        found[outcome.target] = min(kind, found.get(outcome.target, kind), key=_WORST.index)
    return found


def tally(entries: Iterable[str], standings: Mapping[str, str], thing: str) -> str:
    """`scanned 45 licenses = 38 ok + 5 with findings + 1 waived + 1 invalid`, over all entries of the register.

    Raises InvalidReportError where an entry has no standing, or one is given twice: then the sum would not be true.
    """
    scanned = list(entries)
    lost = [entry for entry in scanned if entry not in standings]
    if lost or len(set(scanned)) < len(scanned):
        raise InvalidReportError(
            f"of {count(len(scanned), thing)}, not all were judged once: {', '.join(lost[:5]) or 'double ids'}"
        )
    found = Counter(standings[entry] for entry in scanned)
    parts = f"{found['ok']} ok + {found['finding']} with findings + {found['waived']} waived + {found['invalid']} invalid"
    return f"scanned {count(len(scanned), thing)} = {parts}"


def by_directorate(owners: Mapping[str, str], standings: Mapping[str, str], thing: str) -> str | None:
    """How many entries each directorate has, and how many of them have findings; in the order of the Turkish alphabet.

    `owners`: entry → directorate; spellings that differ in capitals and spaces are one. None where nobody is named.
    """
    names: dict[str, str] = {}
    all_of, bad_of = Counter[str](), Counter[str]()
    for entry, owner in owners.items():
        key = folded(owner)
        names.setdefault(key, owner)
        all_of[key] += 1
        bad_of[key] += standings.get(entry) in {"finding", "invalid"}
    if not names:
        return None
    lines = [f"{names[key]} {all_of[key]} ({bad_of[key]} not ok)" for key in sorted(names, key=alphabetical)]
    return f"{thing}s by directorate: {', '.join(lines)}"
