"""Waiting for threads: for all, for the first failure, and never for what was cancelled."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from muhtar.doors.together import settle


def test_all_are_waited_for_and_those_that_were_cancelled_are_not() -> None:
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first, second = pool.submit(go.wait, 10), pool.submit(go.wait, 10)
        second.cancel()
        threading.Timer(0.2, go.set).start()
        settle([first, second])
        assert first.result()


def test_without_patience_the_first_failure_is_enough() -> None:
    go = threading.Event()

    def fail() -> None:
        raise ValueError

    with ThreadPoolExecutor(2) as pool:
        slow, bad = pool.submit(go.wait, 10), pool.submit(fail)
        settle([slow, bad], patience=False)
        assert not slow.done()
        go.set()
        settle([slow, bad])
        assert slow.result()
