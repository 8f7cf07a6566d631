"""A few lines of HTTP/1.1 over asyncio and TLS: what simulated devices with a web interface need of it, and no more."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.simulators.settings import SettingsError

__all__ = ["MAX_HEAD", "HttpError", "Request", "context", "receive", "send"]

MAX_HEAD, MAX_BODY = 32 * 1024, 16 * 1024 * 1024


class HttpError(Exception):
    """A request that is answered with an error status."""

    def __init__(self, status: str, body: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def last(self) -> bool:
        """Whether the client wants the connection closed after the answer."""
        return self.headers.get("connection", "").lower() == "close"


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """A server's TLS settings. Raises SettingsError where certificate and key cannot be used."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    try:
        made.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"{certificate}, {key}: not a usable certificate and key: {error}") from error
    return made


async def receive(reader: asyncio.StreamReader) -> Request:
    """The next request. Raises HttpError for one that is answered at once, IncompleteReadError where the client went away."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise HttpError("431 Request Header Fields Too Large") from None
    first, *rest = head.rstrip("\r\n").split("\r\n")
    words = first.split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise HttpError("400 Bad Request")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    length = headers.get("content-length", "0")
    if not length.isdecimal() or "transfer-encoding" in headers:
        raise HttpError("400 Bad Request")
    if int(length) > MAX_BODY:
        raise HttpError("413 Content Too Large")
    return Request(words[0], words[1], headers, await reader.readexactly(int(length)))


async def send(writer: asyncio.StreamWriter, status: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Answer with `status` (`200 OK`), `body` and `headers`."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Server: Muhtar simulator"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    await writer.drain()
