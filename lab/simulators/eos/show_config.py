"""Configurations and configuration sessions, shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lab.simulators.config_tree import Tree, unified
from lab.simulators.eos.commands import Answer, command
from lab.simulators.eos.device import MAX_PENDING, STARTUP, CommandError, Device, Session

_SECRETS = re.compile(r"(secret (?:sha512|5)|snmp-server community|snmp-server host \S+ version 2c) (\S+)")


@command("show running-config [ all ] [ sanitized ]", privileged=True)
def show_running(device: Device, words: Sequence[str]) -> Answer:
    """The running configuration. `all` adds nothing: the simulator keeps no defaults beyond those that EOS always shows."""
    text = f"! Command: {' '.join(words)}\n{device.text(device.running)}"
    return Answer(_model(device.running), _sanitize(text) if words[-1] == "sanitized" else text)


@command("show startup-config", privileged=True)
def show_startup(device: Device, _words: Sequence[str]) -> Answer:
    """What the switch would boot with, and when it was written."""
    if not device.flash.exists(STARTUP):
        raise CommandError("Error opening flash:startup-config (No such file or directory)")
    changed = device.flash.changed(STARTUP).strftime("%a %b %e %H:%M:%S %Y")
    head = f"! Command: show startup-config\n! Startup-config last modified at {changed} by {device.settings.user}\n"
    return Answer(None, head + device.flash.read(STARTUP))


@command("show running-config diffs", privileged=True)
def show_running_diffs(device: Device, _words: Sequence[str]) -> Answer:
    """What a restart would undo."""
    names = ("flash:/startup-config", "system:/running-config")
    return Answer(None, _lines(unified(device.load(STARTUP), device.running, device.grammar, names)))


@command("show configuration sessions [ detail ]", privileged=True)
def show_sessions(device: Device, _words: Sequence[str]) -> Answer:
    """The sessions. From 4.32 on, EOS says at the top, and no longer at the session, which commit waits for its confirmation."""
    modern = _release(device) >= (4, 32)
    pending = device.pending_commit
    sessions = {name: _session(session) for name, session in device.sessions.items()}
    model: dict[str, Any] = {"sessions": sessions, "maxSavedSessions": 1, "maxOpenSessions": MAX_PENDING}
    if pending is not None:
        name, when = pending
        if modern:
            sessions[name]["state"] = "committed"
            model |= {"commitTimerSessionName": name, "commitTimerExpireTime": when}
        else:
            sessions[name]["commitBy"] = when
    rows = [f"  {name:<24}{session['state']}" for name, session in sessions.items()]
    text = f"Maximum number of completed sessions: 1\nMaximum number of pending sessions: {MAX_PENDING}\n\n"
    return Answer(model, "\n".join([f"{text}  Name                    State", *rows]) + "\n")


@command("show session-config named WORD", "show session-config named WORD sanitized", privileged=True)
def show_session(device: Device, words: Sequence[str]) -> Answer:
    """The candidate of a session."""
    candidate = device.complete(device.session(words[3]).candidate.copy())
    text = f"! Command: {' '.join(words)}\n{device.text(candidate)}"
    return Answer(None, _sanitize(text) if words[-1] == "sanitized" else text)


@command("show session-config named WORD diffs", privileged=True)
def show_session_diffs(device: Device, words: Sequence[str]) -> Answer:
    """What committing a session would change in the running configuration."""
    candidate = device.complete(device.session(words[3]).candidate.copy())
    names = ("system:/running-config", f"session:/{words[3]}-session-config")
    return Answer(None, _lines(unified(device.running, candidate, device.grammar, names)))


def _session(session: Session) -> dict[str, Any]:
    model: dict[str, Any] = {"state": session.state, "commitUser": "", "description": "", "instances": {}}
    if session.completed is not None:
        model |= {"commitUser": session.user, "completedTime": session.completed}
    return model


def _release(device: Device) -> tuple[int, int]:
    major, minor = device.settings.eos_version.split(".")[:2]
    return int(major), int(minor)


def _model(tree: Tree) -> dict[str, Any]:
    return {"cmds": {line: None if child is None else {**_model(child), "comments": []} for line, child in tree.items()}}


def _sanitize(text: str) -> str:
    return _SECRETS.sub(r"\1 <removed>", text)


def _lines(text: str) -> str:
    return f"{text}\n" if text else ""
