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
    `user` in its first line. A user of `privilege` 15 starts privileged; others type `enable`, whose password stands in
    `enable_file` (there is no way up without one). `host_key` is an OpenSSH private key; `other_host_key` is what the fault
    `other_identity` shows, a fresh one where it is not given. `banner` is what a terminal says before its first prompt.
    """

    name: str
    host_key: Path
    password_file: Path
    initial_config: Path
    state: Path
    user: str = "muhtar"
    privilege: int = 15
    enable_file: Path | None = None
    address: str = "0.0.0.0"
    port: int = 22
    ports: int = 8
    ios_version: str = "15.2(7)E7"
    banner: str = ""
    neighbors: tuple[Neighbor, ...] = ()
    control: Path | None = None
    faults: Faults = field(default_factory=Faults)
    other_host_key: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535 or not 1 <= self.ports <= 52:
            raise SettingsError("port must be 0 to 65535 and ports 1 to 52")
        if not 1 <= self.privilege <= 15:
            raise SettingsError("privilege must be 1 to 15")


def load(path: Path) -> Settings:
    """The settings in a JSON file. Raises SettingsError."""
    return build(Settings, read_json(path), str(path))
