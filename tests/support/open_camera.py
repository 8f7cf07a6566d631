"""A camera that shows what it should not: RTSP, telnet, HTTP and ONVIF servers of a few lines, on loopback addresses."""

from __future__ import annotations

import base64
import hashlib
import re
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

__all__ = ["Handler", "Rtsp", "onvif", "serve"]

Handler = Callable[[bytes], bytes]
NONCE, REALM = "0a4f113b", "camera"


def _whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(address: str, port: int, answer: Handler) -> Callable[[], None]:
    """Answer every request there (port 0: any port) with what `answer` makes of it; returns what ends it, with its `.port`."""

    class Once(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            received = b""
            self.request.settimeout(5)
            while not _whole(received) and (part := self.request.recv(4096)):
                received += part
            if received:
                self.request.sendall(answer(received))

    server = _Server((address, port), Once)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    stop.port = server.server_address[1]  # type: ignore[attr-defined]
    return stop


@dataclass
class Rtsp:
    """RTSP's DESCRIBE with digest or basic authentication; `login` None asks nobody. `tried` are the users that came."""

    login: tuple[str, str] | None = None
    scheme: str = "Digest"
    code: int = 200
    locks_after: int = 99
    behind: float = 0.0
    date: bool = True
    tried: list[str] = field(default_factory=list)

    def __call__(self, request: bytes) -> bytes:
        text = request.decode()
        given = re.search(r"Authorization: (.*)\r\n", text)
        if self.login is None:
            return self._answer(self.code)
        if given is None:
            return self._answer(401)
        self.tried.append(given[1])
        if len(self.tried) > self.locks_after:
            return self._answer(403)
        return self._answer(200 if self._right(given[1], text.split()[1]) else 401)

    def _right(self, given: str, url: str) -> bool:
        assert self.login is not None
        user, password = self.login
        if self.scheme == "Basic":
            return given == "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        inner, request = (hashlib.md5(part.encode()).hexdigest() for part in (f"{user}:{REALM}:{password}", f"DESCRIBE:{url}"))
        return f'response="{hashlib.md5(f"{inner}:{NONCE}:{request}".encode()).hexdigest()}"' in given

    def _answer(self, code: int) -> bytes:
        lines = [f"RTSP/1.0 {code} Whatever", "CSeq: 1"]
        if self.date:
            lines.append(f"Date: {format_datetime(datetime.now(UTC) - timedelta(seconds=self.behind), usegmt=True)}")
        if code == 401:
            more = f', nonce="{NONCE}"' if self.scheme == "Digest" else ""
            lines.append(f'WWW-Authenticate: {self.scheme} realm="{REALM}"{more}')
        return "\r\n".join([*lines, "", ""]).encode()


def onvif(*, strangers: bool, told: datetime | None = None) -> Handler:
    """An ONVIF device service that tells `strangers` its model, or refuses them as the specification wants it."""
    envelope = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
    device = 'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"'

    def answer(request: bytes) -> bytes:
        if b"GetSystemDateAndTime" in request:
            now = told or datetime.now(UTC)
            time = _parts("Time", Hour=now.hour, Minute=now.minute, Second=now.second)
            date = _parts("Date", Year=now.year, Month=now.month, Day=now.day)
            body = f"<tds:GetSystemDateAndTimeResponse {device}><tds:SystemDateAndTime><tt:UTCDateTime>{time}{date}"
            return _http(
                200, envelope.format(f"{body}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>")
            )
        if strangers:
            body = f"<tds:GetDeviceInformationResponse {device}><tds:Model>X</tds:Model></tds:GetDeviceInformationResponse>"
            return _http(200, envelope.format(body))
        return _http(400, envelope.format("<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>"))

    return answer


def _parts(name: str, **numbers: int) -> str:
    inner = "".join(f"<tt:{key}>{number}</tt:{key}>" for key, number in numbers.items())
    return f"<tt:{name}>{inner}</tt:{name}>"


def _http(code: int, body: str) -> bytes:
    head = [
        f"HTTP/1.1 {code} Whatever",
        "Content-Type: application/soap+xml",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", body]).encode()
