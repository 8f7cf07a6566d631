"""Settings of one camera."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from lab.simulators.settings import SettingsError, build, read_json

__all__ = ["Faults", "Settings", "load"]


@dataclass(frozen=True)
class Faults:
    """How the camera misbehaves. `freeze`: the stream goes on, but the picture and the clock in it stand still."""

    freeze: bool = False


@dataclass(frozen=True)
class Settings:
    """One camera with one stream, `rtsp://<address>:<port><path>`. `bitrate` is in kbit/s."""

    name: str
    password_file: Path
    user: str = "muhtar"
    address: str = "0.0.0.0"
    port: int = 8554
    path: str = "/stream"
    width: int = 640
    height: int = 360
    rate: int = 5
    bitrate: int = 400
    control: Path | None = None
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", self.name):
            raise SettingsError(f"name: 1 to 32 letters, digits, '.', '_' or '-', not {self.name!r}")
        if not re.fullmatch(r"(/[A-Za-z0-9._-]+)+", self.path):
            raise SettingsError(f"path: must look like /stream, not {self.path!r}")
        bounds = {
            "port": (0, 65535),
            "width": (64, 1920),
            "height": (64, 1080),
            "rate": (1, 30),
            "bitrate": (32, 8000),
        }
        for key, (low, high) in bounds.items():
            if not low <= getattr(self, key) <= high:
                raise SettingsError(f"{key}: must be {low} to {high}")


def load(path: Path) -> Settings:
    """The settings in a JSON file. Raises SettingsError."""
    return build(Settings, read_json(path), str(path))
