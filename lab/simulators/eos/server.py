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
from lab.simulators.https import HttpError, Request, context, send
from lab.simulators.https_server import HttpsServer
from lab.simulators.settings import read_secret

__all__ = ["EosServer"]

log = logging.getLogger(__name__)


class EosServer(HttpsServer):
    """Serves one device. `start`, then `close`; `port` is the real one where the settings said 0."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self._settings = device.settings
        self._password = read_secret(self._settings.password_file)
        self._control = Control(Faults, self._settings.faults, self._settings.control)
        self._other: ssl.SSLContext | None = None

    async def start(self) -> None:
        """Listen. Raises SettingsError where certificate, key or address cannot be used."""
        settings = self._settings
        tls = context(settings.certificate, settings.key)
        if settings.other_certificate and settings.other_key:
            self._other = context(settings.other_certificate, settings.other_key)
        tls.sni_callback = self._identity
        await self._listen(settings.address, settings.port, tls, handshake_seconds=10)
        log.info("%s: eAPI on %s:%d", settings.name, settings.address, self.port)

    def _identity(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> int | None:
        """Called at every handshake, with a server name or without."""
        if not self._control.read().other_identity:
            return None
        if self._other is None:
            log.error("%s: fault other_identity needs other_certificate and other_key in the settings", self._settings.name)
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        connection.context = self._other
        return None

    async def _refuse(self, writer: asyncio.StreamWriter, error: HttpError) -> None:
        await _send(writer, error.status, error.body.encode())

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
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
            await self._refuse(writer, error)
            return not request.last
        except DropConnectionError:
            writer.transport.abort()
            return False
        await _send(writer, "200 OK", body)
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


async def _send(writer: asyncio.StreamWriter, status: str, body: bytes) -> None:
    asks = {"WWW-Authenticate": 'Basic realm="COMMAND_API_AUTH"'} if status.startswith("401") else {}
    await send(writer, status, body, {"Content-Type": "application/json", **asks})
