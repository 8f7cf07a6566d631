"""Tells Muhtar what a playbook does: one JSON object a line into the pipe that MUHTAR_EVENTS names. Prints nothing.

Runs inside ansible-playbook, so it must not import muhtar. What `no_log` hides is left out here, before it enters the pipe.

Lines: {"event": "play"|"start"|"result"|"stats", ...}; a result is of one host and one task, its `items` those of a loop.
"""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.playbook.handler import Handler
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: muhtar_events
type: notification
short_description: structured events for Muhtar
description:
  - Writes what happens in a playbook as JSON lines into a named pipe.
requirements:
  - enabled by the program that reads the pipe
"""

LONGEST = 4000
# What a module of ours returns under this name, or a play sets as this fact, is told to Muhtar: all else stays in Ansible.
TOLD, TOLD_FACT = "told", "muhtar_told"


class CallbackModule(CallbackBase):  # type: ignore[misc] # ansible is untyped
    """Ansible finds callbacks by this name."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "muhtar_events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        path = os.environ.get("MUHTAR_EVENTS")
        self.disabled = path is None
        self._pipe = os.open(path, os.O_WRONLY | os.O_CLOEXEC) if path else -1

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._send(event="play", name=play.get_name())

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._send(event="start", host=host.get_name(), task=_name(task), role=_role(task))

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._result(result, "ignored" if ignore_errors or _rescued(result.task) else "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._result(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result(result, "ignored" if result.task.ignore_unreachable else "unreachable")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._send(event="stats", hosts={host: stats.summarize(host) for host in stats.processed})

    def _result(self, result: Any, status: str) -> None:
        task, data = result.task, result.result
        path, _, line = (task.get_path() or "").rpartition(":")
        items = data.get("results") if task.loop is not None or task.loop_with else None
        self._send(
            event="result",
            host=result.host.get_name(),
            status=status,
            task=_name(task),
            role=_role(task),
            module=task.action,
            path=path or None,
            line=int(line) if line.isdigit() else None,
            handler=isinstance(task, Handler),
            **_facts(data),
            items=[
                {**_facts(item), "item": self._label(item, number), "status": _item_status(item)}
                for number, item in enumerate(items, 1)
                if isinstance(item, dict)
            ]
            if isinstance(items, list)
            else None,
        )

    def _label(self, item: dict[str, Any], number: int) -> str:
        if item.get("_ansible_no_log"):
            return f"item {number}"
        label = self._get_item_label(item)
        return label if isinstance(label, str) else json.dumps(label, default=str, ensure_ascii=False, sort_keys=True)

    def _send(self, **event: Any) -> None:
        if self._pipe < 0:
            return
        data = (json.dumps(event, default=str, ensure_ascii=True) + "\n").encode()
        try:
            while data:
                data = data[os.write(self._pipe, data) :]
        except BrokenPipeError:
            # Nobody listens any more; the playbook itself goes on to a consistent end.
            os.close(self._pipe)
            self._pipe = -1


def _name(task: Any) -> str:
    return str(task.name or task.action)


def _role(task: Any) -> str | None:
    return task._role.get_name() if task._role else None


def _rescued(task: Any) -> bool:
    parent = task._parent
    while parent is not None:
        if getattr(parent, "rescue", None):
            return True
        parent = getattr(parent, "_parent", None)
    return False


def _item_status(item: dict[str, Any]) -> str:
    if item.get("unreachable"):
        return "unreachable"
    if item.get("failed_when_result", item.get("failed")):
        return "failed"
    return "skipped" if item.get("skipped") else "ok"


def _facts(data: dict[str, Any]) -> dict[str, Any]:
    """What is worth telling of a result; of a hidden one, only whether something changed."""
    changed = bool(data.get("changed"))
    if data.get("_ansible_no_log") or "censored" in data:
        return {"changed": changed, "hidden": True}
    said = [data.get(key) for key in ("msg", "skip_reason", "reason", "module_stderr", "stderr")]
    if data.get("rc"):
        said.append(data.get("stdout"))
    return {
        "changed": changed,
        "hidden": False,
        "msg": "\n".join(str(text) for text in said if text)[:LONGEST],
        "condition": str(data.get("false_condition") or ""),
        "about": str(data.get("dest") or data.get("path") or data.get("source") or data.get("name") or ""),
        "observed": data.get("observed"),
        "told": data.get(TOLD) or (data.get("ansible_facts") or {}).get(TOLD_FACT),
        "diff": data.get("diff") or (_service(data) if changed else None),
    }


def _service(data: dict[str, Any]) -> dict[str, Any] | None:
    """What the service modules changed, in the shape of a diff: they report states, but no difference."""
    status = data.get("status")
    if not isinstance(status, dict) or "ActiveState" not in status:
        return None
    before, after = [], []
    if data.get("state"):
        before.append(f"state: {status['ActiveState']}")
        after.append(f"state: {data['state']}")
    if data.get("enabled") is not None:
        before.append(f"at boot: {status.get('UnitFileState') or 'unknown'}")
        after.append(f"at boot: {'enabled' if data['enabled'] else 'disabled'}")
    # systemd says "active" where a role says "started".
    same = {"active": "started", "inactive": "stopped"}
    before = [" ".join(same.get(word, word) for word in line.split(" ")) for line in before]
    return {"before_header": data.get("name"), "before": "\n".join(before), "after": "\n".join(after)}
