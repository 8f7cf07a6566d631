"""Candidate configurations of network devices."""

from __future__ import annotations

from typing import Any

from nornir.core.task import Task

from nornir_tasks.connections.napalm import LOST
from nornir_tasks.render_config import render_config

__all__ = ["compared", "discard_quietly", "intended"]


def intended(task: Task, config: str | None) -> str:
    """`config`, or the task's host's intended configuration where there is none."""
    return config if config is not None else str(task.run(task=render_config)[0].result)


def compared(device: Any, config: str) -> str:
    """Load `config` as the candidate that is to replace what the device runs; returns the device's own diff.

    The candidate stays loaded; where loading or comparing fails it is dropped.
    """
    try:
        device.load_replace_candidate(config=config)
        return str(device.compare_config())
    except Exception:
        discard_quietly(device)
        raise


def discard_quietly(device: Any) -> None:
    """Drop the candidate after a failure: that failure is what must be heard of, not that the session is gone as well."""
    try:
        device.discard_config()
    except LOST:
        return
