"""How much a PBX is used, out of answers as Asterisk 22 gave them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from nornir_tasks import get_pbx_use
from nornir_tasks.connections.ami import Ami, AmiError, parse

SETTINGS = "Response: Success\r\nActionID: 2\r\nAMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1+dfsg\r\nCoreMaxCalls: 0"
CHANNEL = (
    "Event: CoreShowChannel\r\nActionID: 4\r\nChannel: PJSIP/{}-0000000{}\r\nChannelStateDesc: Up\r\nLinkedid: 1764187000.{}"
)
ENDPOINT = "Event: EndpointDetail\r\nActionID: 6\r\nObjectName: {}\r\nContext: internal\r\nAllow: ({})"


class Played:
    """A session that answers as the PBX did."""

    def __init__(self, endpoints: dict[str, str], channels: int) -> None:
        self.endpoints, self.channels = endpoints, channels

    def action(self, action: str) -> dict[str, str]:
        return parse({"CoreSettings": SETTINGS}[action])

    def listing(self, action: str, **fields: str) -> list[dict[str, str]]:
        if action == "CoreShowChannels":
            return [parse(CHANNEL.format(1001, number, number // 2)) for number in range(self.channels)]
        if action == "PJSIPShowEndpoint":
            return [parse(ENDPOINT.format(fields["Endpoint"], self.endpoints[fields["Endpoint"]])), {"Event": "AuthDetail"}]
        if not self.endpoints:
            raise AmiError("No endpoints found.")
        return [{"Event": "EndpointList", "ObjectName": name} for name in self.endpoints]


def use(monkeypatch: pytest.MonkeyPatch, played: Played) -> Any:
    monkeypatch.setattr(get_pbx_use, "session", lambda _task, _name: cast("Ami", played))
    return get_pbx_use.get_pbx_use(cast("Any", SimpleNamespace(host=None))).result


def test_channels_calls_and_the_codecs_of_all_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    found = use(monkeypatch, Played({"1001": "ulaw|alaw", "1002": "alaw|g729"}, channels=3))
    assert found == {"version": "22.10.1+dfsg", "calls": 2, "channels": 3, "codecs": ["alaw", "g729", "ulaw"]}


def test_a_pbx_without_endpoints_speaks_no_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    assert use(monkeypatch, Played({}, channels=0))["codecs"] == []
