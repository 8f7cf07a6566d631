"""What an ONVIF device service (WS-SOAP over HTTP) says to somebody who gives no login."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx

from muhtar.errors import UnreachableError
from nornir_tasks.clock import Clock
from nornir_tasks.xml import parsed

__all__ = ["answers_strangers", "clock_lead"]

TIMEOUT = httpx.Timeout(5.0)
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    '<s:Body><{call} xmlns="{device}"/></s:Body></s:Envelope>'
)


def answers_strangers(host: str, port: int) -> bool:
    """Whether it tells its model and serial number without a login. Raises UnreachableError where nobody answers."""
    return _ask(host, port, "GetDeviceInformation").find(".//{*}GetDeviceInformationResponse") is not None


def clock_lead(host: str, port: int) -> float | None:
    """Its clock's lead over ours in seconds; None where it does not tell. ONVIF has everybody ask that without a login, for the
    login itself needs the time. Raises UnreachableError where nobody answers."""
    began = datetime.now(UTC)
    answer = _ask(host, port, "GetSystemDateAndTime").find(".//{*}UTCDateTime")
    if answer is None:
        return None
    try:
        year, month, day = (int(answer.findtext(f"{{*}}Date/{{*}}{part}", "")) for part in ("Year", "Month", "Day"))
        hour, minute, second = (int(answer.findtext(f"{{*}}Time/{{*}}{part}", "")) for part in ("Hour", "Minute", "Second"))
        told = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    clock = Clock()
    clock.saw(began, told, step=1.0)
    return clock.offset


def _ask(host: str, port: int, call: str) -> ElementTree.Element:
    """The answer's document, a fault among them."""
    try:
        answer = httpx.post(
            f"http://{host}:{port}/onvif/device_service",
            content=_ENVELOPE.format(call=call, device=_DEVICE),
            headers={"Content-Type": "application/soap+xml; charset=utf-8"},
            timeout=TIMEOUT,
        )
    except httpx.TransportError as error:
        raise UnreachableError(f"no answer on ONVIF port {port}: {error}") from error
    document = parsed(answer.content)
    if document is not None:
        return document
    # Some refuse with code 401 and no document at all.
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.BAD_REQUEST}:
        return ElementTree.Element("refused")
    raise UnreachableError(f"what answers on port {port} does not speak ONVIF")
