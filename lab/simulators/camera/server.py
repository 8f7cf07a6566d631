"""The RTSP server. GStreamer's Python binding comes with Debian (python3-gi), so it is imported only here and only when run."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from lab.simulators.camera.pipeline import SHUTTER, launch_line
from lab.simulators.camera.settings import Faults, Settings
from lab.simulators.control import Control
from lab.simulators.settings import SettingsError, read_secret
from lab.simulators.stopping import STOP_SIGNALS

__all__ = ["serve"]

POLL_MILLISECONDS = 500
# A stream needs a first picture before its picture can be frozen.
FIRST_PICTURE_SECONDS = 1.5
_ROLE = "viewer"
log = logging.getLogger(__name__)


class _Shutters:
    """Opens and closes the shutter of every stream that is being watched, as the control file says."""

    def __init__(self, control: Control[Faults]) -> None:
        self._control = control
        self._open: dict[Any, tuple[Any, float]] = {}

    def add(self, _factory: Any, media: Any) -> None:
        """A stream begins: somebody has come to watch."""
        self._open[media] = (media.get_element().get_by_name(SHUTTER), time.monotonic())
        media.connect("unprepared", lambda gone: self._open.pop(gone, None))

    def apply(self) -> None:
        """Bring the shutters in line with the faults in force."""
        frozen = self._control.read().freeze
        for valve, since in list(self._open.values()):
            drop = frozen and time.monotonic() - since >= FIRST_PICTURE_SECONDS
            if valve.get_property("drop") != drop:
                valve.set_property("drop", drop)
                log.info("picture %s", "frozen" if drop else "moving")


def serve(settings: Settings) -> None:
    """Serve until told to stop by a signal. Raises SettingsError where GStreamer is missing or the address is taken."""
    try:
        import gi

        gi.require_version("Gst", "1.0")
        gi.require_version("GstRtspServer", "1.0")
        from gi.repository import GLib, Gst, GstRtspServer
    except (ImportError, ValueError) as error:
        raise SettingsError(f"GStreamer's RTSP server for Python is missing: {error}") from error
    password = read_secret(settings.password_file)
    Gst.init(None)

    server = GstRtspServer.RTSPServer()
    server.set_address(settings.address)
    server.set_service(str(settings.port))
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", _ROLE)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(settings.user, password), token)
    server.set_auth(auth)

    shutters = _Shutters(Control(Faults, settings.faults, settings.control))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch_line(settings))
    # One encoder, however many watch.
    factory.set_shared(True)
    permissions = f"{_ROLE},media.factory.access=true,media.factory.construct=true"
    factory.add_role_from_structure(Gst.Structure.new_from_string(permissions))
    factory.connect("media-configure", shutters.add)
    server.get_mount_points().add_factory(settings.path, factory)
    if not server.attach(None):
        raise SettingsError(f"cannot listen on {settings.address}:{settings.port}")
    log.info("%s: rtsp on %s:%d%s", settings.name, settings.address, server.get_bound_port(), settings.path)

    def tick() -> bool:
        shutters.apply()
        # Sessions of viewers that vanished without a TEARDOWN.
        server.get_session_pool().cleanup()
        return True

    loop = GLib.MainLoop()
    GLib.timeout_add(POLL_MILLISECONDS, tick)
    for number in STOP_SIGNALS:
        # Python's handlers, for GLib's know no real-time signal; `tick` is where they run at the latest.
        signal.signal(number, lambda *_: loop.quit())
    loop.run()
