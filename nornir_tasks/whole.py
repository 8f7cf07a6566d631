"""Is it a whole configuration, or half of one? A device or a session that fails half-way may give half without a word."""

from __future__ import annotations

from typing import Any

from nornir.core.task import Task

from muhtar.errors import DoorError
from nornir_tasks.config_rules import Shape, rules_of
from nornir_tasks.host import target_of

__all__ = ["IncompleteConfigError", "refuse_incomplete", "whole_running"]

# Within so many lines a configuration has begun.
_HEAD = 20


class IncompleteConfigError(DoorError):
    """What the device gave is no whole configuration; nothing is kept of it, compared with it, or planned upon it."""


def refuse_incomplete(text: str, shape: Shape, what: str) -> None:
    """Raise IncompleteConfigError where `text` is empty, or does not begin or end as the platform's configurations do."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise IncompleteConfigError(f"{what} is empty", mend="look at the device; the last good version stays")
    if shape.begins is not None and not any(shape.begins.search(line) for line in lines[:_HEAD]):
        raise IncompleteConfigError(
            f"{what} does not begin as one of its platform does", mend="read it again; the last good version stays"
        )
    if shape.ends is not None and not shape.ends.search(lines[-1]):
        raise IncompleteConfigError(
            f"{what} is cut off after {len(lines)} lines: the end of one of its platform is missing",
            mend="read it again; the last good version stays",
        )


def whole_running(task: Task, device: Any) -> str:
    """The running configuration over an open NAPALM session. Raises IncompleteConfigError for half of one."""
    running = str(device.get_config(retrieve="running")["running"])
    target = target_of(task)
    refuse_incomplete(running, rules_of(target.platform).running, f"{target.name}: the running configuration")
    return running
