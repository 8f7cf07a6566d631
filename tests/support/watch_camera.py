"""Watches an RTSP stream and says what was in it. Runs inside a camera's container, which has GStreamer; nothing else is needed.

Arguments: address, seconds, and `wrong` to give a wrong password. Prints JSON: `pictures` that were decoded, `size` of one,
`moving`: how many pictures differ from the one before by more than compression could explain, `error` of the session.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402 - the version must be named before


def differs(before: bytes, after: bytes) -> bool:
    """Whether some pixel of the brightness plane changed from dark to bright or back; every 5th one is looked at."""
    return any(abs(a - b) > 60 for a, b in zip(before[::5], after[::5], strict=True))


def main(address: str, seconds: float, *, wrong: bool) -> None:
    Gst.init(None)
    pipeline = Gst.parse_launch(
        "rtspsrc name=source protocols=tcp latency=0 ! rtph264depay ! h264parse ! openh264dec ! appsink name=sink sync=false"
    )
    source, sink = pipeline.get_by_name("source"), pipeline.get_by_name("sink")
    source.set_property("location", f"rtsp://{address}:8554/stream")
    source.set_property("user-id", "muhtar")
    source.set_property("user-pw", "wrong" if wrong else Path("/etc/muhtar/password").read_text().splitlines()[0])
    pipeline.set_state(Gst.State.PLAYING)
    pictures, moving, size, last, error = 0, 0, [0, 0], b"", ""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not error:
        sample = sink.emit("try-pull-sample", Gst.SECOND // 2)
        if sample is not None:
            shape = sample.get_caps().get_structure(0)
            size = [shape.get_value("width"), shape.get_value("height")]
            buffer = sample.get_buffer()
            picture = buffer.extract_dup(0, size[0] * size[1])
            moving += bool(last) and differs(last, picture)
            pictures, last = pictures + 1, picture
        failure = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
        error = failure.parse_error()[0].message if failure else ""
    pipeline.set_state(Gst.State.NULL)
    sys.stdout.write(json.dumps({"pictures": pictures, "size": size, "moving": moving, "error": error}))


main(sys.argv[1], float(sys.argv[2]), wrong="wrong" in sys.argv[3:])
