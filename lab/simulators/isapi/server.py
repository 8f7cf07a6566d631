"""HTTPS for ISAPI: digest authentication, documents by path, and the faults that real firmwares have."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

from lab.simulators.control import Control
from lab.simulators.https import HttpError, Request, context, send
from lab.simulators.https_server import HttpsServer
from lab.simulators.isapi.digest import Digest
from lab.simulators.isapi.documents import DOCUMENTS, document, smart
from lab.simulators.isapi.picture import picture
from lab.simulators.isapi.search import BadSearchError, search
from lab.simulators.isapi.settings import Faults, Settings
from lab.simulators.settings import read_secret

__all__ = ["IsapiServer"]

_PREFIX = "/ISAPI/"
_XML = {"Content-Type": 'application/xml; charset="UTF-8"'}
log = logging.getLogger(__name__)


class IsapiServer(HttpsServer):
    """Serves one recorder. `start`, then `close`; `port` is the real one where the settings said 0."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._digest = Digest("DS-7616NI-I2", settings.user, read_secret(settings.password_file))
        self._control = Control(Faults, settings.faults, settings.control)
        self._pictures = 0
        self.asked: list[str] = []

    async def start(self) -> None:
        """Listen. Raises SettingsError where certificate, key or address cannot be used."""
        settings = self._settings
        await self._listen(settings.address, settings.port, context(settings.certificate, settings.key))
        log.info("%s: ISAPI on %s:%d", settings.name, settings.address, self.port)

    async def _refuse(self, writer: asyncio.StreamWriter, error: HttpError) -> None:
        await send(writer, error.status, error.body.encode(), {})

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
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
        status, body, headers = self._document(request, faults)
        await send(writer, status, body, headers)
        return not request.last

    def _document(self, request: Request, faults: Faults) -> tuple[str, bytes, dict[str, str]]:
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
