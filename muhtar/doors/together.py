"""Several calls at once, in threads, so that Ctrl-C still ends everything at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from muhtar.doors.process import end_all, interrupts_held

__all__ = ["settle", "together"]

T = TypeVar("T")
# A signal that comes just before a thread begins to wait does not wake it: so nobody waits for longer than this in one go (s).
_NAP = 0.5


def settle(futures: Iterable[Future[T]], *, patience: bool = True) -> None:
    """Wait until all have ended; without `patience`, only until one has failed. Cancelled ones count as ended."""
    waiting = set(futures)
    while waiting := {future for future in waiting if not future.cancelled()}:
        done, waiting = wait(waiting, timeout=_NAP, return_when=ALL_COMPLETED if patience else FIRST_EXCEPTION)
        if not patience and any(not future.cancelled() and future.exception() for future in done):
            return


def together(calls: Sequence[Callable[[], T]]) -> list[Future[T]]:
    """Make all calls side by side; returns their ended futures in the same order, each with its result or its exception.

    Ctrl-C reaches the main thread only: the programs that the calls run are ended before it goes on.
    """
    if not calls:
        return []
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        futures: list[Future[T]] = []
        try:
            with interrupts_held():
                futures += [pool.submit(call) for call in calls]
            settle(futures)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    return futures
