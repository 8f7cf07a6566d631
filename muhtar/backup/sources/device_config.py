"""The running configuration of a network device, read over its own session."""

from __future__ import annotations

import difflib
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

from muhtar.backup.sources.base import Machine, MissingSourceError, Piece, Proof, Source, Text
from muhtar.errors import DoorError

__all__ = ["DeviceConfig"]

_NAME = "running-config"


class DeviceConfig(Source):
    """What the device runs now. restic runs on this machine: a device has neither restic nor a place for it."""

    runs: ClassVar[Literal["host", "runner"]] = "runner"
    kind: Literal["device_config"]

    def pieces(self, machine: Machine) -> list[Piece]:
        """The whole configuration as one text."""
        text = _read(machine)
        if not text.strip():
            raise MissingSourceError("the device has an empty running configuration", mend="look at the device")
        return [Text(_NAME, text)]

    def prove(self, machine: Machine, restored: Path, taken: datetime) -> Proof:
        """Byte for byte what the device runs now. Lines are only counted: a configuration may hold secrets."""
        del taken
        held = (restored / _NAME).read_bytes().decode("utf-8", errors="replace")
        live = _read(machine)
        if held == live:
            return Proof(len(live.splitlines()), unit="line")
        lines = list(difflib.ndiff(held.splitlines(), live.splitlines()))
        lost, new = (sum(line.startswith(mark) for line in lines) for mark in ("- ", "+ "))
        same = sum(line.startswith("  ") for line in lines)
        return Proof(
            same,
            (f"{_NAME} differs from what runs now: {lost} lines only in the backup, {new} only on the device",),
            unit="line",
        )


def _read(machine: Machine) -> str:
    if machine.running_config is None:
        raise DoorError(f"{machine.name} is no device that a running configuration can be read of", mend="mend the policy")
    return machine.running_config()
