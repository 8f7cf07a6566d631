"""Settings of one simulated switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lab.simulators.settings import SettingsError, build, read_json

__all__ = ["Faults", "Neighbor", "Settings", "load"]


@dataclass(frozen=True)
class Faults:
    """How the switch misbehaves.

    - `hang_login`: accept the connection and never answer.
    - `drop_commit`: cut the connection at a commit, `before` it takes effect or `after`; the client cannot tell which.
    - `delay`: seconds before every answer.
    - `refuse`: configuration lines that begin so are refused as not supported by the hardware.
    - `truncate`: give only so many characters of any text output, without saying so.
    """

    hang_login: bool = False
    drop_commit: str = ""
    delay: float = 0.0
    refuse: tuple[str, ...] = ()
    truncate: int = 0

    def __post_init__(self) -> None:
        if self.drop_commit not in ("", "before", "after"):
            raise SettingsError(f"drop_commit: must be 'before' or 'after', not {self.drop_commit!r}")
        if self.delay < 0 or self.truncate < 0:
            raise SettingsError("delay and truncate: must not be negative")


@dataclass(frozen=True)
class Neighbor:
    """What LLDP is to show on one of our ports. `chassis` is a MAC address such as `02:00:00:00:00:01`."""

    port: str
    device: str
    device_port: str
    chassis: str = "02:00:00:00:00:00"
    description: str = ""


@dataclass(frozen=True)
class Settings:
    """One switch. `name` is its identity (serial number, MAC addresses); its host name is what its configuration says.

    `initial_config` is what it boots with where `state` holds no startup-config yet. `password_file` holds the password of
    `user` in its first line.
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

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535 or not 1 <= self.ports <= 512:
            raise SettingsError("port must be 0 to 65535 and ports 1 to 512")


def load(path: Path) -> Settings:
    """The settings in a JSON file. Raises SettingsError."""
    return build(Settings, read_json(path), str(path))
