"""ISAPI's answers that are none: which of them are a refusal of one thing, and which a failure."""

from __future__ import annotations

import httpx
import pytest

from muhtar.errors import DoorError, UnreachableError
from nornir_tasks.connections.isapi import Isapi, IsapiError
from nornir_tasks.recorder import WithheldError

STATUS = (
    "<ResponseStatus><statusCode>4</statusCode><statusString>{}</statusString><subStatusCode>{}</subStatusCode></ResponseStatus>"
)


def session(code: int, content: str) -> Isapi:
    transport = httpx.MockTransport(lambda _: httpx.Response(code, content=content.encode()))
    return Isapi(httpx.Client(base_url="https://192.0.2.70/ISAPI/", transport=transport), "nvr2")


@pytest.mark.parametrize(
    ("code", "content", "kind", "says"),
    [
        (403, "<html>Forbidden", WithheldError, "403 Forbidden"),
        (403, STATUS.format("Invalid Operation", "lowPrivilege"), WithheldError, "403 Invalid Operation, lowPrivilege"),
        (404, "", WithheldError, "404"),
        (400, STATUS.format("Invalid Operation", "notSupport"), WithheldError, "notSupport"),
        (500, STATUS.format("Device Error", "deviceError"), IsapiError, "500 Device Error, deviceError"),
        (503, STATUS.format("Device Busy", "deviceBusy"), IsapiError, "deviceBusy"),
        (401, "", UnreachableError, "refuses our login"),
        (200, "<html>", IsapiError, "not XML"),
        (200, '<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>', IsapiError, "not XML"),
    ],
)
def test_a_refusal_is_told_from_a_failure(code: int, content: str, kind: type[DoorError], says: str) -> None:
    with pytest.raises(kind, match=says):
        session(code, content).read("System/time")


def test_what_is_no_picture_is_an_error() -> None:
    with pytest.raises(IsapiError, match="no JPEG"):
        session(200, "<html>").picture("Streaming/channels/101/picture")
