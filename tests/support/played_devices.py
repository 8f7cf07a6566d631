"""Network devices that are played in this process: a NAPALM driver over a text, for tests of plans and changes."""

from __future__ import annotations

import difflib
import threading
from typing import Any, ClassVar

import pytest
from napalm.base.exceptions import ConnectionException

from nornir_tasks.connections import napalm as connection

__all__ = ["PlayedDevices"]

_END = "end\n"


class PlayedDevices:
    """`running` by address. `log` is what changed or tried to change something, in order: (address, what).

    `unreachable` addresses refuse every session; at `lose_after_commit` the sessions break once something is committed; what
    `down_after_commit` names does not come up again.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, default: str = "hostname factory\n") -> None:
        self.default = default
        self.running: dict[str, str] = {}
        self.before: dict[str, str] = {}
        self.log: list[tuple[str, str]] = []
        self.unreachable: set[str] = set()
        self.lose_after_commit: set[str] = set()
        self.down_after_commit: set[str] = set()
        self.lock = threading.Lock()
        world = self

        class Driver(_Driver):
            devices: ClassVar[PlayedDevices] = world

        monkeypatch.setattr(connection, "get_network_driver", lambda _: Driver)

    def did(self, what: str) -> list[str]:
        """At which addresses that was done, in order."""
        return [address for address, done in self.log if done == what]

    def give_up(self, address: str) -> None:
        """The revert timer of a device fires."""
        self.running[address] = self.before.pop(address)
        self.unreachable.discard(address)


class _Driver:
    devices: ClassVar[PlayedDevices]

    def __init__(self, hostname: str, **_: Any) -> None:
        self.address = hostname
        self.candidate: str | None = None

    def open(self) -> None:
        self._answer()
        self.devices.running.setdefault(self.address, self.devices.default)

    def close(self) -> None:
        return

    def load_replace_candidate(self, config: str) -> None:
        self._answer()
        self.candidate = config.removesuffix(_END)

    def compare_config(self) -> str:
        self._answer()
        assert self.candidate is not None
        old, new = self.devices.running[self.address].splitlines(), self.candidate.splitlines()
        return "\n".join(line for line in difflib.ndiff(old, new) if line[0] in "+-")

    def discard_config(self) -> None:
        self.candidate = None

    def get_config(self, retrieve: str) -> dict[str, str]:
        self._answer()
        assert retrieve == "running"
        # Every platform that is played here ends its running configuration so; nobody wants to write it in each test.
        return {"running": f"{self.devices.running[self.address].removesuffix(_END)}{_END}"}

    def get_interfaces(self) -> dict[str, dict[str, bool]]:
        down = self.address in self.devices.down_after_commit and self.address in self.devices.before
        return {"eth0": {"is_enabled": True, "is_up": True}, "uplink": {"is_enabled": True, "is_up": not down}}

    def get_lldp_neighbors(self) -> dict[str, Any]:
        return {}

    def get_bgp_neighbors(self) -> dict[str, Any]:
        return {}

    def cli(self, commands: list[str]) -> dict[str, str]:
        return dict.fromkeys(commands, "")

    def commit_config(self, revert_in: int) -> None:
        self._answer()
        assert revert_in > 0
        assert self.candidate is not None
        with self.devices.lock:
            self.devices.before[self.address] = self.devices.running[self.address]
            self.devices.running[self.address] = self.candidate
            self.devices.log.append((self.address, "commit"))
        if self.address in self.devices.lose_after_commit:
            self.devices.unreachable.add(self.address)
        self.candidate = None

    def confirm_commit(self) -> None:
        self._answer()
        self.devices.before.pop(self.address)
        self.devices.log.append((self.address, "confirm"))

    def rollback(self) -> None:
        self._answer()
        self.devices.running[self.address] = self.devices.before.pop(self.address)
        self.devices.log.append((self.address, "rollback"))

    def _answer(self) -> None:
        if self.address in self.devices.unreachable:
            raise ConnectionException(f"{self.address} does not answer")
