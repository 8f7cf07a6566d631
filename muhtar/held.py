"""The lock of a target: whoever changes one holds it, so that two runs never change the same one at once."""

from __future__ import annotations

from contextlib import ExitStack

from muhtar.errors import LockedError
from muhtar.outcome import Outcome, Status
from muhtar.settings import Site, locked

__all__ = ["hold"]


def hold(locks: ExitStack, site: Site, target: str, check: str) -> Outcome | None:
    """Take the target's lock for as long as `locks` lives. Where another run holds it: the outcome of `check` that says so."""
    try:
        locks.enter_context(locked(f"target-{site.name}-{target}"))
    except LockedError as error:
        return Outcome(target=target, check=check, status=Status.ERROR, summary=error.message, mend=error.mend)
    return None
