"""What happened in a playbook: typed events, gathered per host. Pure; the callback plugin sends what is read here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from muhtar.doors.playbook.diff import as_text
from muhtar.secrets import redact

__all__ = ["HostRun", "PlaybookRun", "Recorder", "TaskEvent"]

Status = Literal["ok", "failed", "ignored", "skipped", "unsupported", "unreachable"]

# Modules that look or compute, and so could not have found a difference.
_PASSIVE = frozenset(
    {
        "add_host", "assert", "command_facts", "debug", "fail", "gather_facts", "group_by", "import_role", "import_tasks",
        "include_role", "include_tasks", "include_vars", "meta", "muhtar_observe", "muhtar_packages", "muhtar_survey",
        "package_facts", "pause",
        "ping", "service_facts", "set_fact", "set_stats", "setup", "slurp", "stat", "validate_argument_spec", "wait_for",
        "wait_for_connection",
    }
)  # fmt: skip
# What modules say when they skip because of check mode, and how a role's own condition on check mode looks.
_NOT_IN_CHECK_MODE = ("does not support check mode", "would have run if not in check mode", "running in check mode")
_CHECK_MODE_VARIABLE = "ansible_check_mode"


@dataclass(frozen=True)
class TaskEvent:
    """One task on one host, or one item of its loop.

    `path` (absolute) and `line` say where the task is written; `diff` is unified text; `msg` what the module said. All texts are
    redacted. `hidden` marks a result of a task with `no_log`: it has neither message nor diff. `unsupported` is the status of
    what check mode could not evaluate. `about` is the path or name that the module answered for, empty where it names none;
    `observed` is what the module muhtar_observe returns; `told` what another module of ours has found out, or a play sets as the
    fact `muhtar_told`.
    """

    host: str
    task: str
    status: Status
    role: str | None = None
    module: str = ""
    path: str | None = None
    line: int | None = None
    item: str | None = None
    diff: str | None = None
    msg: str = ""
    changed: bool = False
    failed: bool = False
    handler: bool = False
    hidden: bool = False
    about: str = ""
    observed: tuple[Mapping[str, Any], ...] = ()
    told: Mapping[str, Any] | None = None

    @property
    def title(self) -> str:
        """`role: task (item)`, as far as there are a role and an item."""
        head = f"{self.role}: " if self.role else ""
        return f"{head}{self.task}" + (f" ({self.item})" if self.item else "")

    @property
    def passive(self) -> bool:
        """Could this task not have changed anything anyway?"""
        return self.module.rpartition(".")[2] in _PASSIVE


@dataclass
class HostRun:
    """What became of one host. `unreachable` is why it could not be reached; counts are of tasks and items, handlers included.

    `evaluated` counts tasks that could have found a difference and did look; `looked` are all that came to an end, in order.
    """

    host: str
    unreachable: str | None = None
    failed: list[TaskEvent] = field(default_factory=list)
    changed: list[TaskEvent] = field(default_factory=list)
    unsupported: list[TaskEvent] = field(default_factory=list)
    looked: list[TaskEvent] = field(default_factory=list)
    ok: int = 0
    skipped: int = 0
    ignored: int = 0
    evaluated: int = 0

    @property
    def coverage(self) -> float:
        """What part of the tasks that could have found a difference was evaluated, in percent; the others check mode cannot
        evaluate. A task that its condition passes over has nothing to find."""
        able = self.evaluated + len(self.unsupported)
        return 100.0 * self.evaluated / able if able else 0.0

    @property
    def told(self) -> Mapping[str, Any] | None:
        """What was told of the host last; None where nothing was."""
        return next((event.told for event in reversed(self.looked) if event.told is not None), None)

    def add(self, event: TaskEvent) -> None:
        """Count one event in."""
        if event.status == "unreachable":
            self.unreachable = self.unreachable or event.msg or "unreachable"
        elif event.status == "failed":
            self.failed.append(event)
        elif event.status == "ignored":
            self.ignored += 1
        elif event.status == "unsupported":
            self.unsupported.append(event)
        elif event.status == "skipped":
            self.skipped += 1
        else:
            self.ok += 1
            self.looked.append(event)
            self.evaluated += not event.passive and not event.handler
        if event.changed and event.status in {"ok", "failed"}:
            self.changed.append(event)


@dataclass
class PlaybookRun:
    """A playbook that ran to its end. `hosts` has every host that a play named; `duration` is in seconds."""

    hosts: dict[str, HostRun] = field(default_factory=dict)
    log: str = ""
    duration: float = 0.0
    returncode: int = 0


class Recorder:
    """Turns lines of the callback plugin into events and keeps them per host."""

    def __init__(self) -> None:
        self.hosts: dict[str, HostRun] = {}
        self.finished = False

    def read(self, line: str) -> list[TaskEvent]:
        """Take one line in; returns the events that it tells of. Starts come back with the status "ok" and no module."""
        data = _redacted(json.loads(line))
        kind = data["event"]
        if kind == "stats":
            self.finished = True
            for host in data["hosts"]:
                self.hosts.setdefault(host, HostRun(host))
            return []
        if kind == "start":
            return [TaskEvent(host=data["host"], task=data["task"], role=data["role"], status="ok")]
        if kind != "result":
            return []
        events = _events(data)
        for event in events:
            self.hosts.setdefault(event.host, HostRun(event.host)).add(event)
        return events


def _events(data: Mapping[str, Any]) -> list[TaskEvent]:
    items = data.get("items")
    if not items:
        return [_event(data, data, None)]
    found = []
    for item in items:
        # The task decides whether a failed item counts: `ignore_errors` and `rescue` belong to the task.
        status = "ignored" if item["status"] == "failed" and data["status"] == "ignored" else item["status"]
        found.append(_event(data, {**item, "status": status}, item["item"]))
    if data["status"] in {"failed", "unreachable"} and not any(event.status == data["status"] for event in found):
        found.append(_event(data, data, None))
    return found


def _event(task: Mapping[str, Any], result: Mapping[str, Any], item: str | None) -> TaskEvent:
    status: Status = result["status"]
    msg = result.get("msg", "")
    if status == "skipped" and _for_check_mode(msg, result.get("condition", "")):
        status = "unsupported"
    return TaskEvent(
        host=task["host"],
        task=task["task"],
        role=task["role"],
        module=task["module"],
        path=task["path"],
        line=task["line"],
        handler=task["handler"],
        item=item,
        status=status,
        changed=bool(result.get("changed")) and status != "skipped",
        failed=status == "failed",
        msg="(hidden by no_log)" if result.get("hidden") else msg,
        diff=as_text(result.get("diff")),
        hidden=bool(result.get("hidden")),
        about=result.get("about", ""),
        observed=tuple(result.get("observed") or ()),
        told=result.get("told"),
    )


def _for_check_mode(msg: str, condition: str) -> bool:
    return _CHECK_MODE_VARIABLE in condition or any(words in msg for words in _NOT_IN_CHECK_MODE)


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    return [_redacted(item) for item in value] if isinstance(value, list) else value
