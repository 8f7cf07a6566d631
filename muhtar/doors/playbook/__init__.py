"""The door to Ansible: run a playbook, hear what it does while it does it, and get what became of every task and host."""

from muhtar.doors.playbook.events import HostRun, PlaybookRun, TaskEvent
from muhtar.doors.playbook.run import run_playbook

__all__ = ["HostRun", "PlaybookRun", "TaskEvent", "run_playbook"]
