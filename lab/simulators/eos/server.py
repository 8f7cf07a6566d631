"""HTTPS for eAPI: TLS, basic authentication, `POST /command-api`, on a few lines of HTTP/1.1 over asyncio."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import logging
import ssl

from lab.simulators.control import Control
from lab.simulators.eos.device import Device
from lab.simulators.eos.eapi import answer
from lab.simulators.faults import DropConnectionError, Faults
from lab.simulators.https import MAX_HEAD, HttpError, Request, context, receive, send
from lab.simulators.settings import SettingsError, read_secret

__all__ = ["EosServer"]

IDLE_SECONDS = 60.0
log = logging.getLogger(__name__)


class EosServer:
    """Serves one device. `start`, then `close`; `port` is the real one where the settings said 0."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._settings = device.settings
        self._password = read_secret(self._settings.password_file)
        self._control = Control(Faults, self._settings.faults, self._settings.control)
        self._server: asyncio.Server | None = None
        self._other: ssl.SSLContext | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        if self._server is None:
            raise RuntimeError("not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises SettingsError where certificate, key or address cannot be used."""
        settings = self._settings
        tls = context(settings.certificate, settings.key)
        if settings.other_certificate and settings.other_key:
            self._other = context(settings.other_certificate, settings.other_key)
        tls.sni_callback = self._identity
        try:
            self._server = await asyncio.start_server(
                self._serve, settings.address, settings.port, ssl=tls, limit=MAX_HEAD, ssl_handshake_timeout=10
            )
        except OSError as error:
            raise SettingsError(f"cannot listen on {settings.address}:{settings.port}: {error.strerror}") from error
        log.info("%s: eAPI on %s:%d", settings.name, settings.address, self.port)

    async def close(self) -> None:
        """Stop listening and cut what is open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _identity(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> int | None:
        """Called at every handshake, with a server name or without."""
        if not self._control.read().other_identity:
            return None
        if self._other is None:
            log.error("%s: fault other_identity needs other_certificate and other_key in the settings", self._settings.name)
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        connection.context = self._other
        return None

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
            await _answer(writer, error.status, error.body.encode())
            return False
        faults = self._control.read()
        if faults.hang_login:
            while await reader.read(1024):
                pass
            return False
        await asyncio.sleep(faults.delay)
        self._device.settle()
        if not self._device.api_enabled:
            # EOS would not even listen. Closing without a word is the nearest that a running listener can do.
            return False
        try:
            self._admit(request, faults)
            body = json.dumps(answer(self._device, faults, request.body)).encode()
        except HttpError as error:
            await _answer(writer, error.status, error.body.encode())
            return not request.last
        except DropConnectionError:
            writer.transport.abort()
            return False
        await _answer(writer, "200 OK", body)
        return not request.last

    def _admit(self, request: Request, faults: Faults) -> None:
        """Raises HttpError unless this is an eAPI call of our user."""
        if faults.wrong_password or not self._authentic(request.headers.get("authorization", "")):
            log.warning("%s: login refused", self._settings.name)
            raise HttpError("401 Unauthorized", "Unable to authenticate user: Bad username/password combination")
        if request.path != "/command-api":
            raise HttpError("404 Not Found")
        if request.method != "POST":
            raise HttpError("405 Method Not Allowed")

    def _authentic(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        try:
            given = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return False
        wanted = f"{self._settings.user}:{self._password}".encode()
        return scheme.lower() == "basic" and hmac.compare_digest(given, wanted)


async def _answer(writer: asyncio.StreamWriter, status: str, body: bytes) -> None:
    asks = {"WWW-Authenticate": 'Basic realm="COMMAND_API_AUTH"'} if status.startswith("401") else {}
    await send(writer, status, body, {"Content-Type": "application/json", **asks})
