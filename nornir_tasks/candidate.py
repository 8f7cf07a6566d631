"""Candidate configurations of network devices."""

from __future__ import annotations

from typing import Any

from nornir_tasks.connections.napalm import LOST

__all__ = ["discard_quietly"]


def discard_quietly(device: Any) -> None:
    """Drop the candidate after a failure: that failure is what must be heard of, not that the session is gone as well."""
    try:
        device.discard_config()
    except LOST:
        return
