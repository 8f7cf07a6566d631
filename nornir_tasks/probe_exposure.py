"""What a camera or a recorder shows to somebody who knows no password: open services, and the time."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from nornir.core.task import Result, Task

from muhtar.errors import UnreachableError
from nornir_tasks import onvif, rtsp
from nornir_tasks.host import target_of
from nornir_tasks.recorder import Untold

__all__ = ["Exposure", "probe_exposure"]

TELNET, HTTP = 23, 80
# Seconds: on a local network an open port answers at once, and a filtered one never does.
TIMEOUT = 1.5
# A wrong stream is no proof that nobody is asked for a password, a refused login is.
_ASKS = {401, 403}
# How servers say that an account is locked, or that they have had enough (RFC 2326; 429 of HTTP is used too).
_ENOUGH = {403, 429, 453, 503}


@dataclass(frozen=True)
class Exposure:
    """`open` are sentences, one for each thing that anybody may use or read along; `lead` is its clock's, in seconds over ours.

    `untold` are the things that could not be looked at, each with why. `tried` counts the makers' passwords that were tried.
    """

    open: dict[str, str]
    untold: dict[str, str]
    lead: float | Untold
    tried: int = 0


def probe_exposure(
    task: Task,
    *,
    stream: tuple[int, str] | None = None,
    onvif_port: int | None = None,
    logins: Sequence[tuple[str, str]] = (),
) -> Result:
    """Result: Exposure. `stream` is port and path of the RTSP stream, `logins` the makers' that are tried on it, in that order.

    Raises UnreachableError where a stream is to be there and nobody answers for it. Nothing is changed on the device; each of
    the `logins` counts there as a failed login, and may lock the account.
    """
    address = target_of(task).address
    found: dict[str, str] = {}
    untold: dict[str, str] = {}
    lead: float | Untold = Untold("it tells no time without a login")
    tried = 0
    if _listens(address, TELNET):
        found["telnet"] = "telnet is open: passwords travel in plain text"
    if _plain_http(address):
        found["http"] = "HTTP without TLS on port 80: passwords travel in plain text"
    if stream:
        answer = rtsp.describe(address, *stream)
        if answer.code in _ASKS:
            tried, user = _try(address, stream, answer.challenges, logins)
            if user is not None:
                found["password"] = f"the maker's default password opens the stream (user {user})"
        elif answer.code < 300:
            found["rtsp"] = "anybody may watch: RTSP asks for no password"
        else:
            untold["rtsp"] = f"RTSP answers with code {answer.code}, so whether it asks for a password is not known"
        lead = lead if answer.clock.offset is None else answer.clock.offset
    if onvif_port:
        try:
            if onvif.answers_strangers(address, onvif_port):
                found["onvif"] = "ONVIF answers without a login"
            told = onvif.clock_lead(address, onvif_port)
            lead = lead if told is None else told
        except UnreachableError as error:
            untold["onvif"] = error.message
    return Result(host=task.host, result=Exposure(found, untold, lead, tried))


def _try(
    address: str, stream: tuple[int, str], challenges: Sequence[str], logins: Sequence[tuple[str, str]]
) -> tuple[int, str | None]:
    """How many were tried, and the user of the one that was let in."""
    # Digest first: Basic would show the password to whoever listens.
    challenge = next((text for text in challenges if text.lower().startswith("digest")), challenges[0] if challenges else "")
    for number, login in enumerate(logins, 1):
        answer = rtsp.describe(address, *stream, login=login, challenge=challenge)
        if answer.code < 300:
            return number, login[0]
        if answer.code in _ENOUGH:
            return number, None
        challenge = next((text for text in answer.challenges if text.partition(" ")[0] == challenge.partition(" ")[0]), challenge)
    return len(logins), None


def _listens(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=TIMEOUT):
            return True
    except OSError:
        return False


def _plain_http(address: str) -> bool:
    """Whether pages come without TLS: something listens, and does not at once send us on to HTTPS."""
    if not _listens(address, HTTP):
        return False
    try:
        answer = httpx.get(f"http://{address}:{HTTP}/", timeout=TIMEOUT, follow_redirects=False)
    except httpx.HTTPError:
        return False
    return not (answer.is_redirect and answer.headers.get("location", "").startswith("https://"))
