"""Settings of one simulated switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lab.simulators.faults import Faults
from lab.simulators.hardware import Neighbor
from lab.simulators.settings import SettingsError, build, read_json

__all__ = ["Settings", "load"]


@dataclass(frozen=True)
class Settings:
    """One switch. `name` is its identity (serial number, MAC addresses); its host name is what its configuration says.

    `initial_config` is what it boots with where `state` holds no startup-config yet. `password_file` holds the password of
    `user` in its first line. `other_certificate` and `other_key` are what the fault `other_identity` shows.
    """

    name: str
    certificate: Path
    key: Path
    password_file: Path
    initial_config: Path
    state: Path
    user: str = "muhtar"
    address: str = "0.0.0.0"
    port: int = 443
    ports: int = 8
    eos_version: str = "4.32.2F"
    neighbors: tuple[Neighbor, ...] = ()
    control: Path | None = None
    faults: Faults = field(default_factory=Faults)
    other_certificate: Path | None = None
    other_key: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535 or not 1 <= self.ports <= 512:
            raise SettingsError("port must be 0 to 65535 and ports 1 to 512")


def load(path: Path) -> Settings:
    """The settings in a JSON file. Raises SettingsError."""
    return build(Settings, read_json(path), str(path))
