"""A simulated device that is spoken with over HTTPS: it listens, reads one request after the other, and stops when told."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod

from lab.simulators.https import MAX_HEAD, HttpError, Request, receive
from lab.simulators.settings import SettingsError

__all__ = ["HttpsServer"]

IDLE_SECONDS = 60.0


class HttpsServer(ABC):
    """`start`, then `close`; `port` is the real one where the settings said 0."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        if self._server is None:
            raise RuntimeError("not started")
        return int(self._server.sockets[0].getsockname()[1])

    @abstractmethod
    async def start(self) -> None:
        """Listen. Raises SettingsError where certificate, key or address cannot be used."""

    @abstractmethod
    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """The response to a request; False when the connection is to be closed."""

    @abstractmethod
    async def _refuse(self, writer: asyncio.StreamWriter, error: HttpError) -> None:
        """The response to what is no request that can be answered."""

    async def close(self) -> None:
        """Stop listening and cut what is open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _listen(self, address: str, port: int, tls: ssl.SSLContext, *, handshake_seconds: float | None = None) -> None:
        """Raises SettingsError where the address cannot be used."""
        try:
            self._server = await asyncio.start_server(
                self._serve, address, port, ssl=tls, limit=MAX_HEAD, ssl_handshake_timeout=handshake_seconds
            )
        except OSError as error:
            raise SettingsError(f"cannot listen on {address}:{port}: {error.strerror}") from error

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError, ssl.SSLError):
            pass  # the client went away, or fell silent
        except asyncio.CancelledError:
            pass  # `close`; streams of Python 3.11 would report a cancelled task as an error
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its response; False when the connection is to be closed."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                request = await receive(reader)
        except HttpError as error:
            await self._refuse(writer, error)
            return False
        return await self._answer(request, reader, writer)
