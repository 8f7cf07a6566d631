"""What a camera shows to strangers, asked over real sockets on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import nornir_tasks.probe_exposure as probe_module
from muhtar.errors import UnreachableError
from nornir_tasks.probe_exposure import Exposure, probe_exposure
from nornir_tasks.recorder import Untold
from tests.support.open_camera import Handler, Rtsp, onvif, serve

ADDRESS = "127.0.0.1"
LOGINS = (("admin", "12345"), ("admin", "admin"), ("root", "pass"))
Start = Callable[[Handler], int]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Any] = []

    def make(answer: Handler) -> int:
        running.append(serve(ADDRESS, 0, answer))
        return int(running[-1].port)

    yield make
    for stop in running:
        stop()


@pytest.fixture(autouse=True)
def _no_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports 23 and 80 of this machine are nobody's business; tests that mean them say other numbers."""
    monkeypatch.setattr(probe_module, "TELNET", 1)
    monkeypatch.setattr(probe_module, "HTTP", 1)


def probe(**parameters: Any) -> Exposure:
    host = SimpleNamespace(target=SimpleNamespace(address=ADDRESS), name="cam1")
    result: Exposure = probe_exposure(SimpleNamespace(host=host), **parameters).result  # type: ignore[arg-type]
    return result


def test_a_stream_that_asks_for_a_password_is_closed_and_its_clock_is_read(start: Start) -> None:
    found = probe(stream=(start(Rtsp(("muhtar", "s3cret"), behind=40)), "/stream"))
    assert (found.open, found.untold, found.tried) == ({}, {}, 0)
    assert found.lead == pytest.approx(-39.5, abs=1.5)


def test_a_stream_that_asks_nobody_is_open(start: Start) -> None:
    assert set(probe(stream=(start(Rtsp()), "/stream")).open) == {"rtsp"}


def test_a_path_that_is_not_there_says_nothing_of_passwords(start: Start) -> None:
    found = probe(stream=(start(Rtsp(code=404)), "/other"))
    assert (found.open, set(found.untold)) == ({}, {"rtsp"})


def test_no_date_is_no_time(start: Start) -> None:
    assert isinstance(probe(stream=(start(Rtsp(date=False)), "/")).lead, Untold)


def test_a_silent_camera_and_one_that_speaks_otherwise_are_not_reachable(start: Start) -> None:
    with pytest.raises(UnreachableError, match="no answer"):
        probe(stream=(1, "/"))
    with pytest.raises(UnreachableError, match="does not speak RTSP"):
        probe(stream=(start(lambda _: b"SSH-2.0-x\r\n\r\n"), "/"))


@pytest.mark.parametrize("scheme", ["Digest", "Basic"])
def test_a_makers_password_is_found_and_named_without_being_told(scheme: str, start: Start) -> None:
    found = probe(stream=(start(Rtsp(("admin", "admin"), scheme)), "/"), logins=LOGINS)
    assert found.tried == 2
    assert found.open["password"] == "the maker's default password opens the stream (user admin)"


def test_no_more_passwords_are_tried_than_given_and_none_after_a_lock(start: Start) -> None:
    camera = Rtsp(("muhtar", "s3cret"), locks_after=1)
    assert probe(stream=(start(camera), "/"), logins=LOGINS).tried == 2
    assert len(camera.tried) == 2
    camera = Rtsp(("muhtar", "s3cret"))
    assert probe(stream=(start(camera), "/"), logins=LOGINS[:1]).open == {}
    assert len(camera.tried) == 1
    probe(stream=(start(camera), "/"))
    assert len(camera.tried) == 1


def test_telnet_and_plain_http_are_open_and_a_redirect_to_https_is_not(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "TELNET", start(lambda _: b""))
    monkeypatch.setattr(probe_module, "_plain_http", lambda address: True)
    assert set(probe().open) == {"telnet", "http"}


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", True),
        (b"HTTP/1.1 301 Moved\r\nLocation: https://cam1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.1 301 Moved\r\nLocation: http://cam1/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", True),
    ],
)
def test_what_plain_http_is(answer: bytes, plain: bool, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "HTTP", start(lambda _: answer))
    assert ("http" in probe().open) is plain


def test_onvif_is_asked_for_its_model_and_its_time(start: Start) -> None:
    told = datetime.now(UTC) + timedelta(seconds=120)
    assert set(probe(onvif_port=start(onvif(strangers=True))).open) == {"onvif"}
    found = probe(onvif_port=start(onvif(strangers=False, told=told)))
    assert found.open == {}
    assert found.lead == pytest.approx(120, abs=2)


def test_an_onvif_port_that_does_not_answer_is_told(start: Start) -> None:
    assert set(probe(onvif_port=1).untold) == {"onvif"}
    assert set(
        probe(onvif_port=start(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")).untold
    ) == {"onvif"}
