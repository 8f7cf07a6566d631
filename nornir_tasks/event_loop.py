"""The one event loop for sessions that are written for asyncio: nornir's threads wait here for what it does for them.

A thread for each session and its lock-step costs more processor time than the session itself; one loop serves them all. Each
change between a thread and the loop costs, too: give it a whole piece of work at a time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["begin"]

T = TypeVar("T")

_starting = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def begin(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Have the loop do some work; its result can be waited for, and the work be cancelled, from any thread."""
    with _starting:
        if not _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="sessions", daemon=True).start()
            _loops.append(loop)
    return asyncio.run_coroutine_threadsafe(work, _loops[0])
