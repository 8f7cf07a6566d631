"""NAPALM's own class of getter tests over the replies of a real router, replayed; every skip says why.

To accept a change: MUHTAR_GOLDEN=write pytest tests/unit/napalm_frr, and read the diff of `mocked_data/`.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from napalm.base.test import conftest as napalm_conftest
from napalm.base.test.double import BaseTestDouble
from napalm.base.test.getters import BaseTestGetters

from napalm_frr import FRRDriver
from napalm_frr.configuration import Configuration
from napalm_frr.getters import Getters
from napalm_frr.options import SSHOptions
from napalm_frr.parsing.accounts import ACCOUNTS_COMMAND
from napalm_frr.parsing.clock import CLOCK_COMMAND
from napalm_frr.parsing.environment import ENVIRONMENT_COMMAND
from napalm_frr.parsing.system import SYSTEM_COMMAND
from napalm_frr.reload import NO_HISTORY, as_root
from napalm_frr.transport import Ran, Transport
from tests.support.napalm_frr_contract import ARGUMENTS, NOT_OFFERED

HERE = Path(__file__).parent
REPLAYS = HERE / "replays"
COMMANDS = {
    "true": "",
    SYSTEM_COMMAND: "system.txt",
    ENVIRONMENT_COMMAND: "environment.txt",
    "ip -j -s link show": "ip_link.json",
    "ip -j -4 neigh show": "ip_neigh_4.json",
    "ip -j -6 neigh show": "ip_neigh_6.json",
    ACCOUNTS_COMMAND: "accounts.txt",
    CLOCK_COMMAND: "chronyc_sources.csv",
    "sudo -n lldpcli -f json show neighbors": "lldp_neighbors.json",
    "sudo -n lldpcli -f json show neighbors details": "lldp_neighbors_details.json",
}
# NAPALM's test → why no reply was ever taken for it, although the driver offers the method.
_NO_ROUTE = "it asks for 1.0.4.0/24, which is only there while tests/lab/test_napalm_frr_contract.py announces it"
NOT_CAPTURED = {
    "test_get_arp_table_with_vrf": "it asks for a VRF named TEST; the lab has none",
    "test_get_ntp_peers": "the captured chrony asks servers; it has no peers",
    "test_get_route_to": _NO_ROUTE,
    "test_get_route_to_longer": _NO_ROUTE,
}


class ReplayedTransport(Transport, BaseTestDouble):  # type: ignore[misc] # NAPALM ships no types
    """A session with a router of which only the replies are left. A command that was never captured fails the test."""

    def __init__(self, options: SSHOptions) -> None:
        super().__init__(options, None, 1)
        self.current_test = self.current_test_case = ""

    def open(self) -> None:
        return

    def close(self) -> None:
        return

    @property
    def is_open(self) -> bool:
        return True

    def run(self, command: str, *, stdin: str | None = None, check: bool = True, patience: float = 0) -> Ran:
        text = self._reply(command)
        return Ran(0, text, "", text)

    @staticmethod
    def _reply(command: str) -> str:
        words = shlex.split(command)
        if words[:3] == [NO_HISTORY, "vtysh", "-c"]:
            asked = words[3]
            kind = "json" if asked.endswith(" json") else "txt"
            name = f"{asked.removesuffix(' json').replace(' ', '_')}.{kind}"
        elif command == as_root("cat", "/etc/frr/frr.conf"):
            name = "frr.conf"
        elif words[0] == "ping":
            # A neighbour's reply stands for that of an address which the lab cannot reach.
            name = "ping.txt"
        elif words[0] == "traceroute":
            name = "traceroute.txt"
        else:
            name = COMMANDS[command]
        return (REPLAYS / name).read_text(encoding="utf-8") if name else ""


class ReplayedDriver(FRRDriver):
    """The driver over such a session; `device` is what NAPALM's class finds its expected results by."""

    patched_attrs: ClassVar[list[str]] = ["device"]

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self.device = self._transport = ReplayedTransport(SSHOptions.resolve(hostname, username, {}))
        self._configuration = Configuration(self._transport)
        self._getters = Getters(self._transport, self._configuration.tools)


@pytest.fixture(scope="class")
def replayed(request: pytest.FixtureRequest) -> None:
    request.cls.driver = FRRDriver
    request.cls.patched_driver = ReplayedDriver
    request.cls.vendor = "frr"
    napalm_conftest.set_device_parameters(request)


@pytest.mark.usefixtures("replayed")
class TestReplayedGetters(BaseTestGetters):
    """NAPALM's."""

    device: ClassVar[ReplayedDriver]


def _skipped(why: str) -> Callable[..., None]:
    @pytest.mark.skip(reason=why)
    def test(self: object) -> None:
        del self

    return test


for _name, (_, _why) in NOT_OFFERED.items():
    setattr(TestReplayedGetters, _name, _skipped(f"not offered: {_why}"))
for _name, _why in NOT_CAPTURED.items():
    setattr(TestReplayedGetters, _name, _skipped(f"not captured: {_why}"))


@pytest.fixture(autouse=True)
def _written(request: pytest.FixtureRequest) -> None:
    """Have the expected result written, where that is asked for."""
    name = request.function.__name__
    if os.environ.get("MUHTAR_GOLDEN") != "write" or "test_case" not in request.fixturenames:
        return
    found = getattr(BaseTestGetters, name).__wrapped__(request.instance, "normal")
    target = HERE / "mocked_data" / name / "normal" / "expected_result.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def test_nothing_is_skipped_but_what_a_table_explains() -> None:
    cases = {name for name in dir(BaseTestGetters) if name.startswith("test_")} - {"test_method_signatures"}
    kept = {folder.name for folder in (HERE / "mocked_data").iterdir()}
    assert kept == cases - set(NOT_OFFERED) - set(NOT_CAPTURED)


@pytest.mark.parametrize("method", sorted(method for method, _ in NOT_OFFERED.values()))
def test_what_is_skipped_is_really_not_offered(method: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(FRRDriver("127.0.0.1", "x", ""), method)(*ARGUMENTS.get(method, ()))
