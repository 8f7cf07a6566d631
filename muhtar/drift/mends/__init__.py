"""Mending one finding and nothing else: one module a kind of check, each saying what it would run before it runs it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from muhtar.drift.mends.judged import unmendable
from muhtar.outcome import Outcome, Status
from muhtar.settings import Site

__all__ = ["how", "module_of"]

# Each module has `how(site, outcome) -> str`, which raises UsageError for a finding that it cannot mend, and
# `mend(site, outcome, *, apply, progress) -> ReportBuilder`, whose outcomes are of `drift.fix` and of the outcome's target.
_MODULES: Mapping[str, str] = {
    "drift.servers": "muhtar.drift.mends.servers",
    "drift.access": "muhtar.drift.mends.access",
    "drift.network": "muhtar.drift.mends.network",
    "drift.pbx": "muhtar.drift.mends.pbx",
    "drift.video": "muhtar.drift.mends.video",
}


def module_of(outcome: Outcome) -> ModuleType:
    """What can mend outcomes of that check. Raises UsageError where nothing can; its mend is the outcome's own."""
    name = _MODULES.get(outcome.check)
    if name is None or outcome.status not in {Status.FINDING, Status.WAIVED}:
        raise unmendable(outcome, f"{outcome.check} has none" if name is None else "it says that somebody could not look")
    return import_module(name)


def how(site: Site, outcome: Outcome) -> str:
    """Exactly what would be run to mend it, for people. Raises UsageError where there is no automatic mend."""
    text: str = module_of(outcome).how(site, outcome)
    return text
