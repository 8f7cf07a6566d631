"""Drift of a device that can be read cheaply: it is asked to compare only what is not, line for line, what was intended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from nornir_tasks import examine_drift as module
from nornir_tasks.compare_config import compare_config
from nornir_tasks.examine_drift import Drift, examine_drift

INTENDED = "hostname sw1\nntp server 10.0.0.5\nend\n"


class Device:
    """A device: its reader gives `running`, and its driver the diff `said`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, running: bytes, said: str, *, reader: bool = True) -> None:
        self.compared = 0
        self._running = running
        self._said = said
        monkeypatch.setattr(module, "quick_reader", lambda _: self if reader else None)
        monkeypatch.setattr(module, "session", lambda *_: self)
        # Half a configuration is refused there; here the device gives what it is told to.
        monkeypatch.setattr(module, "whole_running", lambda _, device: device.get_config("running")["running"])

    def read(self) -> tuple[bytes, None]:
        return self._running, None

    def get_config(self, retrieve: str) -> dict[str, str]:
        return {retrieve: self._running.decode(errors="replace")}

    def drift(self) -> Drift:
        found: Drift = examine_drift(SimpleNamespace(host=None, run=self._run)).result  # type: ignore[arg-type]
        return found

    def _run(self, task: Any, **given: Any) -> Any:
        if task is compare_config:
            assert given == {"config": INTENDED}
            self.compared += 1
            return [SimpleNamespace(result=self._said)]
        return [SimpleNamespace(result=INTENDED)]


def test_the_intended_lines_are_not_compared_by_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(monkeypatch, b"! by ahmet\nntp server 10.0.0.5\nhostname sw1\nend", "+ntp server 10.0.0.5")
    assert device.drift() == Drift("")
    assert device.compared == 0


@pytest.mark.parametrize("running", [b"hostname sw1\nend", b"hostname sw1\nntp server 10.0.0.5\n\xff\nend", b""])
@pytest.mark.parametrize("said", ["", "+ntp server 10.0.0.5"])
def test_of_all_else_the_device_has_the_last_word(monkeypatch: pytest.MonkeyPatch, running: bytes, said: str) -> None:
    device = Device(monkeypatch, running, said)
    assert device.drift() == (Drift(said, running.decode(errors="replace"), INTENDED) if said else Drift(""))
    assert device.compared == 1


def test_a_device_without_a_cheap_reader_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(monkeypatch, INTENDED.encode(), "", reader=False)
    assert device.drift() == Drift("")
    assert device.compared == 1
