"""HTTPS for eAPI: TLS, basic authentication, `POST /command-api`, on a few lines of HTTP/1.1 over asyncio."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

from lab.simulators.control import Control
from lab.simulators.eos.device import Device
from lab.simulators.eos.eapi import answer
from lab.simulators.faults import DropConnectionError, Faults
from lab.simulators.settings import SettingsError, read_secret

__all__ = ["EosServer"]

MAX_HEAD, MAX_BODY = 32 * 1024, 16 * 1024 * 1024
IDLE_SECONDS = 60.0
log = logging.getLogger(__name__)


class _HttpError(Exception):
    """A request that is answered with an error status."""

    def __init__(self, status: str, body: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def last(self) -> bool:
        return self.headers.get("connection", "").lower() == "close"


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
        context = _context(settings.certificate, settings.key)
        if settings.other_certificate and settings.other_key:
            self._other = _context(settings.other_certificate, settings.other_key)
        context.sni_callback = self._identity
        try:
            self._server = await asyncio.start_server(
                self._serve, settings.address, settings.port, ssl=context, limit=MAX_HEAD, ssl_handshake_timeout=10
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
                request = await _receive(reader)
        except _HttpError as error:
            await _send(writer, error.status, error.body.encode())
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
        except _HttpError as error:
            await _send(writer, error.status, error.body.encode())
            return not request.last
        except DropConnectionError:
            writer.transport.abort()
            return False
        await _send(writer, "200 OK", body)
        return not request.last

    def _admit(self, request: _Request, faults: Faults) -> None:
        """Raises _HttpError unless this is an eAPI call of our user."""
        if faults.wrong_password or not self._authentic(request.headers.get("authorization", "")):
            log.warning("%s: login refused", self._settings.name)
            raise _HttpError("401 Unauthorized", "Unable to authenticate user: Bad username/password combination")
        if request.path != "/command-api":
            raise _HttpError("404 Not Found")
        if request.method != "POST":
            raise _HttpError("405 Method Not Allowed")

    def _authentic(self, header: str) -> bool:
        scheme, _, token = header.partition(" ")
        try:
            given = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return False
        wanted = f"{self._settings.user}:{self._password}".encode()
        return scheme.lower() == "basic" and hmac.compare_digest(given, wanted)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"{certificate}, {key}: not a usable certificate and key: {error}") from error
    return context


async def _receive(reader: asyncio.StreamReader) -> _Request:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise _HttpError("431 Request Header Fields Too Large") from None
    first, *rest = head.rstrip("\r\n").split("\r\n")
    words = first.split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise _HttpError("400 Bad Request")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    length = headers.get("content-length", "0")
    if not length.isdecimal() or "transfer-encoding" in headers:
        raise _HttpError("400 Bad Request")
    if int(length) > MAX_BODY:
        raise _HttpError("413 Content Too Large")
    return _Request(words[0], words[1], headers, await reader.readexactly(int(length)))


async def _send(writer: asyncio.StreamWriter, status: str, body: bytes) -> None:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", "Server: Muhtar simulator"]
    if status.startswith("401"):
        head.append('WWW-Authenticate: Basic realm="COMMAND_API_AUTH"')
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    await writer.drain()
