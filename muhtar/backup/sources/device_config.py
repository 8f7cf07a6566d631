"""The configurations of a network device, read over its own session."""

from __future__ import annotations

from typing import ClassVar, Literal

from muhtar.backup.sources.base import Held, Machine, MissingSourceError, Piece, Source
from muhtar.errors import DoorError
from nornir_tasks.get_configs import Configs

__all__ = ["RUNNING", "STARTUP", "DeviceConfig"]

RUNNING = "running-config"
STARTUP = "startup-config"


class DeviceConfig(Source):
    """What the device runs now and what it would start with, byte for byte as it gives them.

    restic runs on this machine: a device has neither restic nor a place for it.
    """

    runs: ClassVar[Literal["host", "runner"]] = "runner"
    kind: Literal["device_config"]

    def pieces(self, machine: Machine) -> list[Piece]:
        """Each configuration as a file of its own."""
        given = _given(machine)
        if not given.running.strip():
            raise MissingSourceError("the device has an empty running configuration", mend="look at the device")
        return [Held(name, data) for name, data in _files(given).items()]


def _files(given: Configs) -> dict[str, bytes]:
    files = {RUNNING: given.running}
    if given.startup and given.startup.strip():
        files[STARTUP] = given.startup
    return files


def _given(machine: Machine) -> Configs:
    if machine.configs is None:
        raise DoorError(f"{machine.name} is no device that a configuration can be read of", mend="mend the policy")
    return machine.configs()
