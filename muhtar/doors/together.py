"""Several calls at once, in threads, so that Ctrl-C still ends everything at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from muhtar.doors.process import end_all, interrupts_held

__all__ = ["together"]

T = TypeVar("T")


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
            wait(futures)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    return futures
