"""The same work for several hosts at once; Ctrl-C ends it at once, a failure is told once the others are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from muhtar.doors.process import end_all, interrupts_held
from muhtar.doors.together import settle

__all__ = ["each", "gather"]

T = TypeVar("T")
R = TypeVar("R")


def each(items: Iterable[T], work: Callable[[T], R], *, at_once: int = 4) -> list[R]:
    """`work` on every item, in threads; results in the items' order. Raises the first failure, after all have ended."""
    with ThreadPoolExecutor(at_once) as pool:
        futures: list[Future[R]] = []
        try:
            with interrupts_held():
                futures += [pool.submit(work, item) for item in items]
        except BaseException:
            _give_up(futures)
            raise
        return gather(futures)


def gather(futures: list[Future[R]]) -> list[R]:
    """Wait for all, then give their results or raise the first failure. On Ctrl-C programs that they run are ended."""
    try:
        settle(futures)
    except BaseException:
        _give_up(futures)
        raise
    return [future.result() for future in futures]


def _give_up(futures: Iterable[Future[R]]) -> None:
    for future in futures:
        future.cancel()
    end_all()
