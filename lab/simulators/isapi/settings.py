"""Settings of one simulated recorder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lab.simulators.settings import SettingsError, build, read_json

__all__ = ["Camera", "Disk", "Faults", "Settings", "Span", "load"]


@dataclass(frozen=True)
class Faults:
    """How the recorder misbehaves.

    - `hang`: accept the connection and never answer.
    - `wrong_password`: refuse every login, as if the password had been changed.
    - `refuse`: paths (`System/time`) that are answered with 403 and `lowPrivilege`, as a firmware does for a lesser account;
      those below them, too.
    - `lack`: the same with `notSupport`, as a firmware does that has not got the function.
    - `garble`: paths whose answer is cut off in the middle.
    - `freeze`: every picture is the one before.
    - `clock`: seconds by which its clock is ahead of ours.
    """

    hang: bool = False
    wrong_password: bool = False
    refuse: tuple[str, ...] = ()
    lack: tuple[str, ...] = ()
    garble: tuple[str, ...] = ()
    freeze: bool = False
    clock: float = 0.0


@dataclass(frozen=True)
class Span:
    """A recording, in seconds before now: from `begin` to `end`, 0 where it goes on."""

    begin: float
    end: float = 0.0


@dataclass(frozen=True)
class Camera:
    """A channel. `mode` is the recording mode of its weekly schedule (CMR: all the time, MOTION, ALARM)."""

    name: str
    address: str
    online: bool = True
    result: str = "connect"
    mode: str = "CMR"
    scheduled: bool = True
    firmware: str = "V5.7.3 build 220112"
    recordings: tuple[Span, ...] = (Span(86400.0 * 40),)


@dataclass(frozen=True)
class Disk:
    """Sizes are in MB, as ISAPI has them. `smart` is `ok` or `error`; empty where the disk has none."""

    name: str = "hdda"
    capacity: int = 3815447
    free: int = 0
    status: str = "ok"
    smart: str = "ok"


@dataclass(frozen=True)
class Settings:
    """One recorder. `offset` are the minutes of its time zone east of UTC; `channels` how many cameras it may have."""

    name: str
    certificate: Path
    key: Path
    password_file: Path
    cameras: tuple[Camera, ...] = ()
    disks: tuple[Disk, ...] = (Disk(),)
    user: str = "admin"
    address: str = "0.0.0.0"
    port: int = 443
    channels: int = 16
    firmware: str = "V4.61.025"
    released: str = "build 220905"
    offset: int = 180
    http: bool = False
    control: Path | None = None
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535 or not 1 <= self.channels <= 256:
            raise SettingsError("port must be 0 to 65535 and channels 1 to 256")


def load(path: Path) -> Settings:
    """The settings in a JSON file. Raises SettingsError."""
    return build(Settings, read_json(path), str(path))
