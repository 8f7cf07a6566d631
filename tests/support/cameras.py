"""Looking through the lab's cameras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab.context import Context
from lab.identity import Identity
from lab.inside import inside
from lab.overlay import load as load_overlay
from lab.topology import load as load_topology

__all__ = ["running_lab", "watch"]

PROBE = Path(__file__).parent / "watch_camera.py"


def running_lab() -> Context:
    """This checkout's lab. Raises MuhtarError where it was never up."""
    return Context(Identity(), load_topology(), load_overlay())


def watch(context: Context, name: str, seconds: int = 6, *arguments: str) -> dict[str, Any]:
    """Watch a camera from another camera's container: it has GStreamer, and the password is there already."""
    viewer = next(camera for camera in context.topology.of_kind("camera") if camera.name != name)
    argv = ("python3", "-", context.address(context.topology.host(name)), str(seconds), *arguments)
    shown = inside(context, viewer, *argv, stdin=PROBE.read_text(encoding="utf-8"), timeout=seconds + 60)
    result: dict[str, Any] = json.loads(shown.stdout)
    return result
