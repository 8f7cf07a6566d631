"""Licensed features out of what devices print, in the vendors' documented shapes; and devices that do not tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from nornir_tasks import get_device_use

IOS = """\
Index 1 Feature: ipbasek9
        Period left: Life time
        License Type: Permanent
        License State: Active, In Use
        License Count: Non-Counted
        License Priority: Medium
Index 2 Feature: securityk9
        Period left: Not Activated
        Period Used: 0  minute  0  second
        License Type: EvalRightToUse
        License State: Not in Use, EULA not accepted
        License Count: Non-Counted
        License Priority: None
"""
NXOS = """\
Feature                      Ins  Lic   Status Expiry Date Comments
                                 Count
--------------------------------------------------------------------------------
MPLS_PKG                      No    -   Unused             -
LAN_ENTERPRISE_SERVICES_PKG   Yes   -   In use Never       -
--------------------------------------------------------------------------------
"""


@pytest.mark.parametrize(
    ("platform", "output", "features"),
    [
        ("ios", IOS, ["ipbasek9"]),
        ("nxos", NXOS, ["LAN_ENTERPRISE_SERVICES_PKG"]),
        ("ios", "", None),
    ],
)
def test_features_in_use_are_read_and_an_answer_that_is_none_is_not_an_empty_list(
    platform: str, output: str, features: list[str] | None
) -> None:
    assert get_device_use.features_in_use(platform, output) == features


class Device:
    """A driver that answers as told."""

    def __init__(self, output: str | Exception) -> None:
        self.output = output

    def get_facts(self) -> dict[str, str]:
        return {"vendor": "Cisco", "model": "X"}

    def cli(self, commands: list[str]) -> dict[str, str]:
        if isinstance(self.output, Exception):
            raise self.output
        return dict.fromkeys(commands, self.output)


def use(monkeypatch: pytest.MonkeyPatch, platform: str, output: str | Exception) -> Any:
    monkeypatch.setattr(get_device_use, "session", lambda _task, _name: Device(output))
    monkeypatch.setattr(get_device_use, "target_of", lambda _task: SimpleNamespace(platform=platform))
    return get_device_use.get_device_use(cast("Any", SimpleNamespace(host=None))).result


def test_facts_come_with_the_features(monkeypatch: pytest.MonkeyPatch) -> None:
    assert use(monkeypatch, "ios", IOS) == {"vendor": "Cisco", "model": "X", "features": ["ipbasek9"]}


def test_a_device_that_does_not_tell_costs_nothing_but_its_features(monkeypatch: pytest.MonkeyPatch) -> None:
    assert use(monkeypatch, "ios", ValueError("unknown command"))["features"] is None
    assert use(monkeypatch, "ios", "              ^\n% Invalid input detected at '^' marker.\n")["features"] is None
    assert use(monkeypatch, "frr", AssertionError("must not be asked"))["features"] is None


def test_a_session_that_is_lost_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionError):
        use(monkeypatch, "ios", ConnectionError("gone"))
