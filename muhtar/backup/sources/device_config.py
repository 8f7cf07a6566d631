"""The configurations of a network device, read over its own session."""

from __future__ import annotations

import difflib
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

from muhtar.backup.sources.base import Held, Machine, MissingSourceError, Piece, Proof, Source
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

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Byte for byte what the device gives now. Lines are only counted: a configuration may hold secrets."""
        del taken
        equal = 0
        wrong: list[str] = []
        for name, live in _files(_given(machine)).items():
            path = restored / name
            held = path.read_bytes() if path.is_file() else b""
            same, lost, new = _compared(held, live)
            equal += same
            if held != live:
                wrong.append(f"{name} differs from what the device gives now: {lost} lines only in the backup, {new} only on it")
        return Proof(equal, tuple(wrong), unit="line")


def _files(given: Configs) -> dict[str, bytes]:
    files = {RUNNING: given.running}
    if given.startup and given.startup.strip():
        files[STARTUP] = given.startup
    return files


def _compared(held: bytes, live: bytes) -> tuple[int, int, int]:
    """How many lines are in both, only in the first, only in the second."""
    if held == live:
        return len(live.splitlines()), 0, 0
    # Latin-1 has a character for every byte.
    lines = list(difflib.ndiff(held.decode("latin-1").splitlines(), live.decode("latin-1").splitlines()))
    same, lost, new = (sum(line.startswith(mark) for line in lines) for mark in ("  ", "- ", "+ "))
    return same, lost, new


def _given(machine: Machine) -> Configs:
    if machine.configs is None:
        raise DoorError(f"{machine.name} is no device that a configuration can be read of", mend="mend the policy")
    return machine.configs()
