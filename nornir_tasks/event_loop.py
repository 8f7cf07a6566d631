"""The one event loop for sessions that are written for asyncio: nornir's threads wait here for what it does for them.

A thread for each session and its lock-step costs more processor time than the session itself; one loop serves them all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["later", "wait_for"]

T = TypeVar("T")

_starting = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives or raises. It is given as much time as it allows itself."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


def later(call: Any, *arguments: Any) -> None:
    """Have the loop call something soon, and do not wait for it."""
    _loop().call_soon_threadsafe(call, *arguments)


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        if not _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="sessions", daemon=True).start()
            _loops.append(loop)
        return _loops[0]
