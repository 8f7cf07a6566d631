"""Asking an RTSP server (RFC 2326) what it would show, with a login or without; no stream is begun."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from muhtar.errors import UnreachableError
from nornir_tasks.clock import Clock

__all__ = ["Answer", "describe"]

# Seconds; a camera that is busy encoding is slow to answer.
TIMEOUT = 10.0
_LONGEST_HEAD = 32 * 1024
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back: the status code, the headers by their names in lower case (of several the last one), the challenges."""

    code: int
    headers: dict[str, str]
    challenges: tuple[str, ...]
    clock: Clock


def describe(host: str, port: int, path: str, *, login: tuple[str, str] | None = None, challenge: str = "") -> Answer:
    """Ask for the description of the stream at `path`; `login` answers the `challenge` of an earlier answer.

    Raises UnreachableError where nobody answers, or not in RTSP.
    """
    url = f"rtsp://{host}:{port}{path}"
    lines = [f"DESCRIBE {url} RTSP/1.0", "CSeq: 1", "Accept: application/sdp", "User-Agent: Muhtar"]
    if login:
        lines.append(f"Authorization: {_authorization(challenge, url, *login)}")
    began = datetime.now(UTC)
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            head = _head(connection)
    except OSError as error:
        raise UnreachableError(f"no answer on RTSP port {port}: {error}") from error
    return _read(head, began, port)


def _head(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received and len(received) < _LONGEST_HEAD:
        part = connection.recv(4096)
        if not part:
            break
        received += part
    return received.partition(b"\r\n\r\n")[0].decode("latin-1")


def _read(head: str, began: datetime, port: int) -> Answer:
    first, *rest = head.split("\r\n")
    words = first.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith("RTSP/") or not words[1].isdecimal():
        raise UnreachableError(f"what answers on port {port} does not speak RTSP")
    pairs = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
    clock = Clock()
    headers = dict(pairs)
    if date := headers.get("date"):
        # A date that is none tells nothing about the clock.
        with suppress(ValueError):
            clock.saw(began, parsedate_to_datetime(date).astimezone(UTC), step=1.0)
    return Answer(int(words[1]), headers, tuple(value for name, value in pairs if name == "www-authenticate"), clock)


def _authorization(challenge: str, url: str, user: str, password: str) -> str:
    """RFC 2617: Digest without qop, as RTSP servers ask for it, or Basic."""
    kind, _, rest = challenge.partition(" ")
    if kind.lower() != "digest":
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    told = dict(_CHALLENGE.findall(rest))
    realm, nonce = told.get("realm", ""), told.get("nonce", "")
    answer = _md5(f"{_md5(f'{user}:{realm}:{password}')}:{nonce}:{_md5(f'DESCRIBE:{url}')}")
    return f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{url}", response="{answer}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
