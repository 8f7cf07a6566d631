"""Serving until a signal ends the simulator."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import Protocol

__all__ = ["STOP_SIGNALS", "serve"]

# SIGRTMIN+3 is what a container engine sends where the image was made for systemd. As PID 1 a program has no default
# actions: what it does not handle is ignored, and the container would be killed after ten seconds instead.
STOP_SIGNALS: tuple[int, ...] = (signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN + 3)


class Server(Protocol):
    """What serves one device."""

    async def start(self) -> None:
        """Listen."""

    async def close(self) -> None:
        """End it, and every connection."""


async def serve(servers: Sequence[Server], ready: Callable[[], object] = lambda: None) -> None:
    """Serve until told to stop; calls `ready` when all of them listen."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    for server in servers:
        await server.start()
    ready()
    await stop.wait()
    for server in servers:
        await server.close()
