"""A simulated Hikvision recorder in this process, on loopback, with a certificate of its own, as such devices have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lab.simulators.isapi.server import IsapiServer
from lab.simulators.isapi.settings import Camera, Settings
from muhtar.settings import Site
from tests.support.simulated_switch import PASSWORD, Simulated, certificate

__all__ = ["CAMERAS", "Recorder", "declare", "make_recorder"]

CAMERAS = (Camera("gate", "192.0.2.71"), Camera("yard", "192.0.2.72"))


class Recorder(Simulated[IsapiServer]):
    """A running recorder; `pem` is the certificate that it shows."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.control = settings.control
        self.pem = settings.certificate
        self._start()

    def _make(self) -> None:
        self.device = self._server = IsapiServer(self.settings)

    @property
    def asked(self) -> list[str]:
        """Methods and paths of what was asked so far."""
        return self.device.asked


def make_recorder(folder: Path, **settings: Any) -> Recorder:
    """Start one; whoever calls this stops it."""
    certificate(folder, "nvr2", None)
    (folder / "password").write_text(f"{PASSWORD}\n")
    given = {"cameras": CAMERAS, "disks": settings.pop("disks", Settings.__dataclass_fields__["disks"].default), **settings}
    return Recorder(
        Settings(
            name="nvr2",
            certificate=folder / "nvr2.crt",
            key=folder / "nvr2.key",
            password_file=folder / "password",
            address="127.0.0.1",
            port=0,
            control=folder / "control.json",
            **given,
        )
    )


def declare(site: Site, recorder: Recorder, **more: Any) -> None:
    """Give the site this recorder with its two cameras; `more` are further variables of it."""
    (site.path / "nvr2.pem").write_bytes(recorder.pem.read_bytes())
    nvr = {
        "ansible_host": "127.0.0.1",
        "recorder_kind": "isapi",
        "recorder_port": recorder.port,
        "recorder_password": PASSWORD,
        "recorder_certificate": "nvr2.pem",
        "recorder_probe": False,
        "recorder_firmware": "V4.61",
    }
    cameras = {
        camera.name: {
            "ansible_host": camera.address,
            "camera_probe": False,
            "camera_keep_days_min": 30,
            "camera_keep_days_max": 60,
        }
        for camera in CAMERAS
    }
    groups = {"video": {"hosts": {"nvr2": {**nvr, **more}}}, "cameras": {"hosts": cameras}}
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": groups}}))
