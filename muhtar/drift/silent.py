"""Why a host could not be looked at, in our words, from what Ansible says (ansible-core 2.19, with and without Mitogen). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from muhtar.doors.playbook import HostRun, TaskEvent

__all__ = ["explained", "silenced"]

# What a task fails with where nothing could be looked at at all: there is no Python to run it, or it never came back.
_NO_PYTHON = re.compile(r"interpreter '[^']*' was not found|/python[\d.]*: (?:No such file or directory|not found)")
_NEVER_BACK = re.compile(r"Timed out after \d+ second")
# So Mitogen tells of a connection that it gave up on while it was being made.
_GIVEN_UP = re.compile(r"error occurred on host \S+: Connection timed out")
_REASONS: Sequence[tuple[re.Pattern[str], str, str]] = (
    (_NO_PYTHON, "it has no Python where Ansible looks for it", "install it there: apt-get install python3"),
    (
        re.compile(r"host key", re.IGNORECASE),
        "it answers with another SSH host key than the pinned one",
        "find out why before you trust it; only then put its new key into the site's ssh/known_hosts",
    ),
    (
        re.compile(r"timed out during banner exchange|Timeout, server .* not responding", re.IGNORECASE),
        "it takes connections, and then hangs",
        "look at its console; restart it where nothing else helps",
    ),
    (_NEVER_BACK, "a command on it never came back", "see what hangs there: a dead file system, a lock, a full process table"),
)


def silenced(found: HostRun) -> tuple[str | None, list[TaskEvent]]:
    """What Ansible says where the host could not be looked at (any more), None where it could; and the tasks that failed else."""
    said = found.unreachable
    failed = []
    for event in found.failed:
        if any(pattern.search(event.msg) for pattern in (_NO_PYTHON, _NEVER_BACK, _GIVEN_UP)):
            said = said or event.msg
        else:
            failed.append(event)
    return said, failed


def explained(said: str) -> tuple[str, str]:
    """One sentence about it, and its mend."""
    for pattern, summary, mend in _REASONS:
        if pattern.search(said):
            return f"did not answer: {summary}", mend
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    # Mitogen's first line only announces what the program said last.
    chosen = lines[-1] if len(lines) > 1 and "last 100 lines received" in lines[0] else (lines or ["no reason given"])[0]
    return f"did not answer: {chosen}", "see whether it is up and SSH answers"
