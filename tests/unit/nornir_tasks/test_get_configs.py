"""Both configurations in one session, and no byte lost on the way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from muhtar.errors import InventoryError
from nornir_tasks import get_configs as module
from nornir_tasks.get_configs import Configs, get_configs

LATIN = "description Müdürlük".encode("latin-1")


class Device:
    """What a NAPALM driver is to us; over netmiko, if it has an encoding to decode by."""

    def __init__(self, running: bytes, startup: bytes, encoding: str | None) -> None:
        self.held = {"running": running, "startup": startup}
        self.asked: list[str] = []
        if encoding:
            self.device = SimpleNamespace(channel=SimpleNamespace(encoding=encoding))

    def get_config(self, retrieve: str) -> dict[str, str]:
        self.asked.append(retrieve)
        data = self.held[retrieve]
        if hasattr(self, "device"):
            return {retrieve: data.decode(self.device.channel.encoding, "ignore")}
        return {retrieve: data.decode(errors="surrogateescape")}


def asked(monkeypatch: pytest.MonkeyPatch, device: Any, platform: str, **options: Any) -> Configs:
    opened: list[str] = []
    kind = options.pop("kind", "napalm")
    target = SimpleNamespace(platform=platform, name="x1", vars=options.pop("variables", {}))
    monkeypatch.setattr(module, "target_of", lambda _: target)
    monkeypatch.setattr(module, "session", lambda _, kind: opened.append(kind) or device)
    result: Configs = get_configs(SimpleNamespace(host=None), **options).result
    assert set(opened) == {kind}
    return result


@pytest.mark.parametrize("encoding", ["utf-8", None], ids=["netmiko", "other"])
def test_no_byte_is_lost(monkeypatch: pytest.MonkeyPatch, encoding: str | None) -> None:
    device = Device(LATIN, "açıklama".encode(), encoding)
    assert asked(monkeypatch, device, "vrp") == Configs(LATIN, "açıklama".encode())
    if encoding:
        assert device.device.channel.encoding == "utf-8", "a configuration is written as before"


def test_the_startup_configuration_is_read_only_where_there_is_one_and_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(b"}", b"x", None)
    assert asked(monkeypatch, device, "junos").startup is None
    assert asked(monkeypatch, device, "vrp", startup=False).startup is None
    assert device.asked == ["running", "running"]


class Reader:
    """A kind of session that reads faster than a driver."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, *, startup: bool) -> tuple[bytes, bytes | None]:
        self.asked.append("both" if startup else "running")
        return LATIN, b"saved" if startup else None


def test_a_platform_with_a_faster_reader_is_read_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    assert asked(monkeypatch, reader, "ios", kind="ios_terminal") == Configs(LATIN, b"saved")
    assert asked(monkeypatch, reader, "ios", kind="ios_terminal", startup=False) == Configs(LATIN)
    assert reader.asked == ["both", "running"]


def test_a_device_whose_driver_has_arguments_is_read_by_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(LATIN, b"saved", "utf-8")
    assert asked(monkeypatch, device, "ios", variables={"network_optional_args": {"transport": "telnet"}}).running == LATIN


def test_a_platform_without_rules_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(b"}", b"x", None)
    with pytest.raises(InventoryError):
        asked(monkeypatch, device, "telex")
    assert device.asked == []
