"""Series of pictures: one a round for each camera, and a second series of those that seem to stand still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import nornir_tasks.stills_of as stills_module
from nornir_tasks.connections.isapi import Isapi
from nornir_tasks.monitor import Monitor
from nornir_tasks.recorder import Untold
from nornir_tasks.stills_of import ROUNDS, stands_still, stills_of
from nornir_tasks.stream_address import StreamAddress
from tests.unit.nornir_tasks.test_zoneminder import TOKEN, session


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills_module.time, "sleep", lambda _: None)


def monitor(number: int, name: str) -> Monitor:
    return Monitor(number, name, {"Width": "1280"}, StreamAddress(""), "Connected", 5.0, 1.0)


def isapi(pictures: dict[str, Iterator[Any]]) -> Isapi:
    """A recorder that gives each channel's next picture; a number instead of one is a status code."""

    def answer(request: httpx.Request) -> httpx.Response:
        shown = next(pictures[request.url.path.split("/")[4]])
        return httpx.Response(shown) if isinstance(shown, int) else httpx.Response(200, content=b"\xff\xd8" + shown)

    return Isapi(httpx.Client(base_url="https://192.0.2.70/ISAPI/", transport=httpx.MockTransport(answer)), "nvr2")


def numbers(begin: int = 0) -> Iterator[bytes]:
    while True:
        yield b"%d" % begin
        begin += 1


def test_each_camera_has_its_series_and_one_without_a_picture_does_not_hold_the_others() -> None:
    api = isapi({"101": numbers(), "201": iter([404])})
    found = stills_of(api, [monitor(1, "gate"), monitor(2, "yard")], width=320)
    assert len(found["gate"]) == ROUNDS  # type: ignore[arg-type]
    assert isinstance(found["yard"], Untold)


def test_a_pause_is_no_frozen_picture_and_a_frozen_one_is_still_one_the_second_time() -> None:
    paused = iter([b"1", b"1", *(b"%d" % number for number in range(2, 20))])
    frozen = iter([b"same"] * 20)
    found = stills_of(isapi({"101": paused, "201": frozen}), [monitor(1, "gate"), monitor(2, "yard")], width=320)
    assert not stands_still(found["gate"])
    assert stands_still(found["yard"])


def test_zoneminder_scales_by_itself_and_the_token_is_in_no_other_address() -> None:
    api, recorder = session({})
    shown = numbers()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/zm/cgi-bin/nph-zms":
            asked.append(request.url)
            return httpx.Response(200, content=b"\xff\xd8" + next(shown))
        return recorder(request)

    asked: list[httpx.URL] = []
    api._client = httpx.Client(base_url="https://192.0.2.34/zm/api/", transport=httpx.MockTransport(answer))
    found = stills_of(api, [monitor(7, "gate")], width=320)
    assert len(found["gate"]) == ROUNDS  # type: ignore[arg-type]
    assert dict(asked[0].params) == {"mode": "single", "monitor": "7", "scale": "25", "token": TOKEN}
