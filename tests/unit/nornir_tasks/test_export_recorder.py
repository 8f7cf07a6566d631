"""ZoneMinder's settings as text: every value a line, no secret among them, nothing that changes by itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

import nornir_tasks.export_recorder as export_module
from nornir_tasks.export_recorder import Exported, export_recorder
from tests.unit.nornir_tasks.test_zoneminder import LOGIN, monitor, session

SECRETS = ("Gizli-987654", "Eski-Parola-1", "Ikinci-777", "Anahtar-4242", "Onvif-5151")


def answers() -> dict[str, Any]:
    own = monitor(SecondPath=f"rtsp://sub:{SECRETS[2]}@192.0.2.41/sub", ONVIF_Password=SECRETS[4], Notes=None)
    return {
        "host/getTimeZone.json": {"tz": "UTC"},
        "monitors.json": {"monitors": [own]},
        "events/index/MonitorId:1.json": {"events": []},
        "configs.json": {
            "configs": [
                {"Config": {"Name": "ZM_AUTH_HASH_SECRET", "Value": SECRETS[3]}},
                {"Config": {"Name": "ZM_DYN_LAST_CHECK", "Value": "1764158400"}},
                {"Config": {"Name": "ZM_OPT_USE_AUTH", "Value": "1"}},
            ]
        },
        "users.json": {"users": [{"User": {"Username": "admin", "System": "Edit"}}]},
        "storage.json": {"storage": [{"Storage": {"Name": "Default", "Path": "/events", "DiskSpace": 12345}}]},
    }


def exported(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> Exported:
    api, _ = session(given)
    monkeypatch.setattr(export_module, "session", lambda _task, _kind: api)
    host = SimpleNamespace(name="nvr1", target=SimpleNamespace(name="nvr1", vars={}))
    result: Exported = export_recorder(SimpleNamespace(host=host), **parameters).result  # type: ignore[arg-type]
    return result


def test_values_are_lines_in_one_order_and_secrets_are_not_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    found = exported(answers(), monkeypatch)
    assert found.withheld == {}
    for line in (
        "monitor cam1 Path: rtsp://<removed>@192.0.2.41/stream",
        "monitor cam1 SecondPath: rtsp://<removed>@192.0.2.41/sub",
        "monitor cam1 ONVIF_Password: <removed>",
        "option ZM_AUTH_HASH_SECRET: <removed>",
        "option ZM_OPT_USE_AUTH: 1",
        "storage Default Path: /events",
        "user admin System: Edit",
    ):
        assert line in found.text.splitlines()
    assert not any(secret in found.text for secret in (*SECRETS, LOGIN))
    assert "DYN" not in found.text
    assert "12345" not in found.text


def test_a_changed_secret_shows_by_its_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    def tag(before: str, secret: str) -> str:
        return f"{len(before)}-{len(secret)}"

    one, other = answers(), answers()
    other["configs.json"]["configs"][0]["Config"]["Value"] = "laenger-als-zuvor"
    before, after = (exported(given, monkeypatch, tag=tag).text for given in (one, other))
    changed = set(after.splitlines()) - set(before.splitlines())
    assert len(changed) == 1
    assert changed.pop().startswith("option ZM_AUTH_HASH_SECRET: <removed:")


def test_a_refused_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    given = answers()
    given["users.json"] = httpx.Response(403, content=b"{}")
    found = exported(given, monkeypatch)
    assert set(found.withheld) == {"users"}
    assert "option ZM_OPT_USE_AUTH: 1" in found.text
