"""HTTPS for ISAPI: digest authentication, documents by path, and the faults that real firmwares have."""

from __future__ import annotations

import asyncio
import logging
import ssl
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

from lab.simulators.control import Control
from lab.simulators.https import MAX_HEAD, HttpError, Request, context, receive, send
from lab.simulators.isapi.digest import Digest
from lab.simulators.isapi.documents import DOCUMENTS, document, smart
from lab.simulators.isapi.picture import picture
from lab.simulators.isapi.search import BadSearchError, search
from lab.simulators.isapi.settings import Faults, Settings
from lab.simulators.settings import SettingsError, read_secret

__all__ = ["IsapiServer"]

IDLE_SECONDS = 60.0
_PREFIX = "/ISAPI/"
_XML = {"Content-Type": 'application/xml; charset="UTF-8"'}
log = logging.getLogger(__name__)


class IsapiServer:
    """Serves one recorder. `start`, then `close`; `port` is the real one where the settings said 0."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._digest = Digest("DS-7616NI-I2", settings.user, read_secret(settings.password_file))
        self._control = Control(Faults, settings.faults, settings.control)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._pictures = 0
        self.asked: list[str] = []

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
        try:
            self._server = await asyncio.start_server(self._serve, settings.address, settings.port, ssl=tls, limit=MAX_HEAD)
        except OSError as error:
            raise SettingsError(f"cannot listen on {settings.address}:{settings.port}: {error.strerror}") from error
        log.info("%s: ISAPI on %s:%d", settings.name, settings.address, self.port)

    async def close(self) -> None:
        """Stop listening and cut what is open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

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
            pass  # `close`
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its response; False when the connection is to be closed."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                request = await receive(reader)
        except HttpError as error:
            await send(writer, error.status, error.body.encode(), {})
            return False
        faults = self._control.read()
        if faults.hang:
            while await reader.read(1024):
                pass
            return False
        admitted = self._digest.admits(request.method, request.path, request.headers.get("authorization", ""))
        if faults.wrong_password or not admitted:
            headers = {**_XML, "WWW-Authenticate": self._digest.challenge()}
            await send(writer, "401 Unauthorized", _status(request.path, 4, "Invalid Operation", "badAuthorization"), headers)
            return not request.last
        status, body, headers = self._answer(request, faults)
        await send(writer, status, body, headers)
        return not request.last

    def _answer(self, request: Request, faults: Faults) -> tuple[str, bytes, dict[str, str]]:
        path = request.path.partition("?")[0].removeprefix(_PREFIX)
        self.asked.append(f"{request.method} {path}")
        for paths, words in ((faults.refuse, "lowPrivilege"), (faults.lack, "notSupport")):
            if any(path == refused or path.startswith(f"{refused}/") for refused in paths):
                return "403 Forbidden", _status(request.path, 4, "Invalid Operation", words), _XML
        if path.startswith("Streaming/channels/") and path.endswith("/picture"):
            self._pictures += not faults.freeze
            return "200 OK", picture(self._pictures), {"Content-Type": "image/jpeg"}
        found = self._found(path, request, faults)
        if found is None:
            return "404 Not Found", _status(request.path, 4, "Invalid Operation", "notSupport"), _XML
        body = _written(found)
        return "200 OK", body[: len(body) // 2] if path in faults.garble else body, _XML

    def _found(self, path: str, request: Request, faults: Faults) -> ElementTree.Element | None:
        settings = self._settings
        now = datetime.now(timezone(timedelta(minutes=settings.offset))) + timedelta(seconds=faults.clock)
        if path == "ContentMgmt/search":
            try:
                return search(settings, ElementTree.fromstring(request.body), now.replace(tzinfo=None))  # noqa: S314 - a test's own
            except (ElementTree.ParseError, BadSearchError, ValueError):
                return document("ResponseStatus", statusCode=6, statusString="Invalid XML Content", subStatusCode="badXmlContent")
        for number, disk in enumerate(settings.disks, 1):
            if path == f"ContentMgmt/Storage/hdd/{number}/SMARTTest/status" and disk.smart:
                return smart(disk, number)
        make = DOCUMENTS.get(path)
        return make(settings, now) if make and request.method == "GET" else None


def _status(path: str, code: int, words: str, detail: str) -> bytes:
    found = document("ResponseStatus", requestURL=path, statusCode=code, statusString=words, subStatusCode=detail)
    return _written(found)


def _written(found: ElementTree.Element) -> bytes:
    body: bytes = ElementTree.tostring(found, encoding="utf-8", xml_declaration=True)
    return body
