"""Locks that dead processes left in a repository: recognised by age and owner, and removed once.

Only `restic unlock` removes them, which takes what restic itself holds for stale, and nothing from who is at work.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from muhtar.doors.restic import Here, Lock, RepositoryLockedError, Restic
from muhtar.errors import MuhtarError

__all__ = ["through"]

T = TypeVar("T")

# A lock that somebody alive holds for a moment; after that it is worth looking whose it is. Seconds.
_GLANCE = 5.0
# Where a process is looked for by its number.
_ALIVE = 'test -d "/proc/$1"'


def through(
    restic: Restic,
    call: Callable[[Restic], T],
    elsewhere: Sequence[Callable[[], Restic]] = (),
    told: Callable[[str], None] | None = None,
) -> T:
    """`call(restic)`; where stale locks are in its way they are removed, once, and the call is made once more.

    `elsewhere` are the same repository from other places: only on its own machine can a lock's process be known to be dead
    before the lock is old. `told` hears what was removed. Raises RepositoryLockedError, naming the holders, where locks persist.
    """
    try:
        return call(restic.patient(_GLANCE))
    except RepositoryLockedError:
        removed = _removed(restic, elsewhere)
        if removed and told:
            told(f"{restic.place.name}: {removed}")
    try:
        return call(restic)
    except RepositoryLockedError as error:
        raise _persists(restic, error) from error


def _removed(restic: Restic, elsewhere: Sequence[Callable[[], Restic]]) -> str:
    """Remove what is stale; what that was, in words ("" for nothing)."""
    now = datetime.now(UTC)
    found = restic.locks()
    stale: list[Lock] = [lock for lock in found if lock.old(now)]
    places = [restic] if stale else []
    for lock in found:
        if lock not in stale and (owner := _owner(lock, [restic, *(make() for make in elsewhere)])) and not _alive(owner, lock):
            stale.append(lock)
            places.append(owner)
    for place in dict.fromkeys(places):
        place.unlock()
    return "; ".join(f"removed the stale lock of {lock}" for lock in stale)


def _owner(lock: Lock, candidates: Sequence[Restic]) -> Restic | None:
    """restic on the machine that the lock is from."""
    return next((one for one in candidates if _name(one) == lock.host.partition(".")[0]), None)


def _name(restic: Restic) -> str:
    name = socket.gethostname() if isinstance(restic.place, Here) else restic.place.name
    return name.partition(".")[0]


def _alive(restic: Restic, lock: Lock) -> bool:
    """Whether a process of that number runs there; who cannot be asked is taken for alive."""
    try:
        return restic.place.run(["sh", "-c", _ALIVE, "alive", str(lock.pid)], timeout=20).returncode == 0
    except MuhtarError:
        return True


def _persists(restic: Restic, error: RepositoryLockedError) -> RepositoryLockedError:
    try:
        holders = "; ".join(str(lock) for lock in restic.locks())
    except MuhtarError:
        holders = ""
    return RepositoryLockedError(
        f"{restic.place.name}: the repository is locked: {holders}" if holders else error.message,
        returncode=error.returncode,
        output=error.output,
        mend="wait for that process to end; if its machine is gone, the lock goes half an hour after its last sign",
    )
