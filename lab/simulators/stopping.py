"""The signals that end a simulator."""

from __future__ import annotations

import signal

__all__ = ["STOP_SIGNALS"]

# SIGRTMIN+3 is what a container engine sends where the image was made for systemd. As PID 1 a program has no default
# actions: what it does not handle is ignored, and the container would be killed after ten seconds instead.
STOP_SIGNALS: tuple[int, ...] = (signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN + 3)
