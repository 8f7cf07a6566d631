"""The GStreamer pipeline that makes the picture."""

from __future__ import annotations

from lab.simulators.camera.settings import Settings

__all__ = ["SHUTTER", "launch_line"]

# Closed, it lets no picture through; `imagefreeze` then repeats the last one at the same rate, clock and all.
SHUTTER = "shutter"


def launch_line(settings: Settings) -> str:
    """In gst-launch's notation, as the media factory of gst-rtsp-server wants it: in brackets, the payloader named `pay0`."""
    rate = f"framerate={settings.rate}/1"
    elements = [
        # A white ball that never stops: two pictures in a row differ, unless the camera is frozen.
        "videotestsrc is-live=true pattern=ball",
        f"video/x-raw,format=I420,width={settings.width},height={settings.height},{rate}",
        f'clockoverlay text="{settings.name}" time-format="%Y-%m-%d %H:%M:%S" font-desc="Sans 14" halignment=left valignment=top',
        f"valve name={SHUTTER}",
        "imagefreeze is-live=true allow-replace=true",
        f"video/x-raw,{rate}",
        # A key frame every two seconds: a recorder that joins sees a picture soon.
        f"x264enc tune=zerolatency speed-preset=ultrafast threads=1 key-int-max={settings.rate * 2} bitrate={settings.bitrate}",
        "video/x-h264,profile=baseline",
        "rtph264pay name=pay0 pt=96 config-interval=1",
    ]
    return f"( {' ! '.join(elements)} )"
