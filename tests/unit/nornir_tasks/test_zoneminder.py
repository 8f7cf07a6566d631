"""ZoneMinder's API: tokens and logins stay out of addresses, refusals are told, the recorder's clock counts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

import nornir_tasks.get_nvr_monitors as monitors_module
from muhtar.errors import UnreachableError
from muhtar.secrets import Secret
from nornir_tasks.connections.zoneminder import ZoneMinder, ZoneMinderError
from nornir_tasks.get_nvr_monitors import get_nvr_monitors
from nornir_tasks.monitor import Monitor
from nornir_tasks.set_nvr_monitors import MonitorChange, set_nvr_monitors
from nornir_tasks.stream_address import StreamAddress

TOKEN, PASSWORD, LOGIN = "Jeton-12345678", "Parola-12345678", "kamera:Gizli-987654"
NOON = "Sun, 22 Nov 2026 12:00:00 GMT"


class Recorder:
    """Answers of a recorder by path; keeps what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.urls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        fields = {key: values[0] for key, values in parse_qs(request.content.decode()).items()}
        method = request.headers["X-HTTP-Method-Override"]
        path = request.url.path.removeprefix("/zm/api/")
        self.urls.append(str(request.url))
        self.asked.append((method, path, fields))
        if path == "host/login.json":
            return self._json(
                {"access_token": TOKEN} if fields["pass"] == PASSWORD else {}, 200 if fields["pass"] == PASSWORD else 401
            )
        if fields.get("token") != TOKEN:
            return self._json({}, 401)
        answer = self.answers[path]
        return answer if isinstance(answer, httpx.Response) else self._json(answer)

    @staticmethod
    def _json(content: Any, code: int = 200) -> httpx.Response:
        return httpx.Response(code, content=json.dumps(content), headers={"date": NOON})


def session(answers: dict[str, Any] | None = None, *, password: str = PASSWORD) -> tuple[ZoneMinder, Recorder]:
    recorder = Recorder(answers or {})
    client = httpx.Client(base_url="https://192.0.2.34/zm/api/", transport=httpx.MockTransport(recorder))
    api = ZoneMinder(client, "nvr1.lab.example")
    api.login("admin", Secret(password))
    return api, recorder


def test_the_token_and_the_password_are_never_in_an_address() -> None:
    api, recorder = session({"monitors.json": {"monitors": []}})
    assert api.read("monitors.json", "limit=1") == {"monitors": []}
    assert recorder.asked[1] == ("GET", "monitors.json", {"token": TOKEN})
    assert not any(TOKEN in url or PASSWORD in url for url in recorder.urls)


def test_a_refused_password_is_not_reachable() -> None:
    with pytest.raises(UnreachableError, match="refuses us"):
        session(password="falsch-falsch")


def test_a_refused_change_that_comes_with_code_200_is_an_error() -> None:
    api, _ = session({"monitors/1.json": {"message": "Error"}})
    with pytest.raises(ZoneMinderError, match="was not saved: Error"):
        api.write("PUT", "monitors/1.json", {"Monitor[Function]": "Record"})


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(500, content=b"oops"), "500"),
        (httpx.Response(200, content=b"<html>"), "not JSON"),
        (httpx.Response(200, content=b"[]"), "not an object"),
    ],
)
def test_what_is_no_answer_is_an_error(answer: httpx.Response, says: str) -> None:
    api, _ = session({"monitors.json": answer})
    with pytest.raises(ZoneMinderError, match=says):
        api.read("monitors.json")


def test_no_answer_is_not_reachable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    api = ZoneMinder(httpx.Client(base_url="https://192.0.2.34/zm/api/", transport=httpx.MockTransport(refuse)), "nvr1")
    with pytest.raises(UnreachableError, match="no answer"):
        api.login("admin", Secret(PASSWORD))


def monitor(name: str = "cam1", **fields: Any) -> dict[str, Any]:
    own = {
        "Id": 1,
        "Name": name,
        "Enabled": True,
        "Function": "Record",
        "Path": f"rtsp://{LOGIN}@192.0.2.41/stream",
        "User": "x",
        "Pass": "Eski-Parola-1",
    }
    return {"Monitor": {**own, **fields}, "Monitor_Status": {"Status": "Connected", "CaptureFPS": "5.00"}}


def event(start: str, length: str | None, end: str | None = None) -> dict[str, Any]:
    return {"events": [{"Event": {"Id": 1, "StartDateTime": start, "EndDateTime": end, "Length": length}}]}


def ask(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any], task: Callable[..., Any], **params: Any
) -> tuple[Any, Recorder]:
    api, recorder = session(answers)
    module = __import__(task.__module__, fromlist=["session"])
    monkeypatch.setattr(module, "session", lambda _task, _name: api)
    return task(SimpleNamespace(host=None), **params).result, recorder


def answers(events: dict[str, Any], *, tz: str = "UTC") -> dict[str, Any]:
    return {
        "host/getTimeZone.json": {"tz": tz},
        "monitors.json": {"monitors": [monitor()]},
        "events/index/MonitorId:1.json": events,
    }


def test_a_monitor_is_told_without_its_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,), _ = ask(monkeypatch, answers(event("2026-11-22 11:59:00", "50.5")), get_nvr_monitors)
    assert found.stream == StreamAddress("rtsp://192.0.2.41/stream", Secret(LOGIN))
    assert found.settings["Enabled"] == "1"
    assert "Gizli" not in repr(found)
    assert "Eski-Parola" not in repr(found)
    assert found.age == pytest.approx(9.5)
    assert found.trouble == ""


def test_the_age_is_the_recorders_own(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,), _ = ask(monkeypatch, answers(event("2026-11-22 14:59:00", "50.5"), tz="Europe/Istanbul"), get_nvr_monitors)
    assert found.age == pytest.approx(9.5)


@pytest.mark.parametrize("events", [{"events": []}, event("2026-11-22 11:00:00", "600", "2026-11-22 11:10:00")])
def test_no_open_recording_is_trouble(events: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    (found,), _ = ask(monkeypatch, answers(events), get_nvr_monitors)
    assert found.trouble == "pictures come in, but no recording is open"


def state(status: str = "Connected", fps: float = 5.0, age: float | None = 10.0) -> Monitor:
    return Monitor(1, "cam1", {}, StreamAddress("rtsp://192.0.2.41/"), status, fps, age)


@pytest.mark.parametrize(
    ("monitor", "says"),
    [
        (state(), ""),
        (state(age=59), ""),
        (state(age=61), "61 s old"),
        (state(fps=1, age=200), ""),
        (state(fps=1, age=260), "260 s old"),
        (state(status="Running", fps=0), "no picture"),
        (state(status=""), "state unknown"),
        (state(age=-7200), "clock and time zone disagree"),
    ],
)
def test_recording_means_that_pictures_arrive_on_disk(monitor: Monitor, says: str) -> None:
    assert (says in monitor.trouble) if says else monitor.trouble == ""


def test_it_waits_for_recordings_to_begin_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(monitors_module, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda _: None))
    _, patient = ask(monkeypatch, answers({"events": []}), get_nvr_monitors, recording=["cam1"], patience=3)
    _, once = ask(monkeypatch, answers({"events": []}), get_nvr_monitors, recording=["cam2"], patience=5)
    hopeless = answers({"events": []}) | {"monitors.json": {"monitors": [monitor(Function="None")]}}
    _, idle = ask(monkeypatch, hopeless, get_nvr_monitors, recording=["cam1"], patience=5)
    assert sum(path == "monitors.json" for _, path, _ in patient.asked) == 3
    assert sum(path == "monitors.json" for _, path, _ in once.asked) == 1
    assert sum(path == "monitors.json" for _, path, _ in idle.asked) == 1


def test_changes_become_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = {"message": "Saved"}
    changes = [
        MonitorChange("cam1", settings={"Name": "cam1"}, stream=StreamAddress("rtsp://192.0.2.41/", Secret(LOGIN))),
        MonitorChange("cam2", id=2, settings={"Function": "Record"}),
        MonitorChange("old", id=3, delete=True),
    ]
    done, recorder = ask(
        monkeypatch,
        {"monitors.json": saved, "monitors/2.json": saved, "monitors/3.json": {"name": "deleted"}},
        set_nvr_monitors,
        changes=changes,
    )
    assert done == ["cam1", "cam2", "old"]
    token = {"token": TOKEN}
    assert recorder.asked[1:] == [
        ("POST", "monitors.json", {"Monitor[Name]": "cam1", "Monitor[Path]": f"rtsp://{LOGIN}@192.0.2.41/", **token}),
        ("PUT", "monitors/2.json", {"Monitor[Function]": "Record", **token}),
        ("DELETE", "monitors/3.json", token),
    ]


@pytest.mark.parametrize(
    ("text", "url", "login"),
    [
        ("rtsp://a:b%40c@192.0.2.1:8554/x?y=@", "rtsp://192.0.2.1:8554/x?y=@", "a:b%40c"),
        ("rtsp://192.0.2.1/x@y", "rtsp://192.0.2.1/x@y", None),
        ("", "", None),
    ],
)
def test_an_address_and_its_login_come_apart_and_together(text: str, url: str, login: str | None) -> None:
    found = StreamAddress.parse(text)
    assert (found.url, found.login) == (url, Secret(login) if login else None)
    assert found.reveal() == text
    assert str(found) == url


def test_a_login_is_encoded() -> None:
    assert StreamAddress.of("rtsp://h/", "a", "p@ss/word").reveal() == "rtsp://a:p%40ss%2Fword@h/"
    assert StreamAddress.of("rtsp://h/", None, "unused").login is None
