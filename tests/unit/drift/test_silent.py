"""Hosts that could not be looked at: what Ansible said of them, recorded with and without Mitogen, and what we make of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift.tasks import outcomes
from muhtar.outcome import Status

EOF_OF_MITOGEN = "Task failed: EOF on stream; last 100 lines received:\n"
UNREACHABLE = {
    f"{EOF_OF_MITOGEN}bash: line 1: /usr/bin/python3: No such file or directory": "it has no Python where Ansible looks for it",
    "Task failed: Host key checking is enabled, and SSH reported an unrecognized or mismatching host key.": (
        "it answers with another SSH host key than the pinned one"
    ),
    "Task failed: Failed to connect to the host via ssh: Host key verification failed.": (
        "it answers with another SSH host key than the pinned one"
    ),
    f"{EOF_OF_MITOGEN}Connection timed out during banner exchange": "it takes connections, and then hangs",
    'Task failed: Data could not be sent to remote host "10.1.2.32". Make sure this host can be reached over ssh: '
    "mux_client_request_session: read from master failed: Broken pipe\r\nConnection timed out during banner exchange": (
        "it takes connections, and then hangs"
    ),
    f"{EOF_OF_MITOGEN}ssh: connect to host web1 port 22: No route to host": "ssh: connect to host web1 port 22: No route to host",
    "the connection was closed\nmore": "the connection was closed",
    "\n": "no reason given",
}
FAILED = {
    "The module interpreter '/usr/bin/python3' was not found.\n/bin/sh: 1: /usr/bin/python3: not found\n": "it has no Python",
    "Task failed: Timed out after 300 second(s).": "a command on it never came back",
    "Task failed: error occurred on host web1: Connection timed out.": "did not answer: Task failed: error occurred on host web1",
}


def told(*events: TaskEvent) -> list[tuple[Status, str]]:
    host = HostRun("web1")
    for event in (TaskEvent(host="web1", task="Look", status="ok", module="file"), *events):
        host.add(event)
    found = outcomes("drift.servers", "web1", PlaybookRun({"web1": host}), started=datetime.now(UTC), mend="x")
    assert all(outcome.mend for outcome in found)
    return [(outcome.status, outcome.summary) for outcome in found]


@pytest.mark.parametrize(("said", "wanted"), UNREACHABLE.items(), ids=list(UNREACHABLE.values()))
def test_a_host_that_did_not_answer_is_unchecked_and_says_why(said: str, wanted: str) -> None:
    event = TaskEvent(host="web1", task="Look", status="unreachable", msg=said)
    assert told(event) == [(Status.UNCHECKED, f"did not answer: {wanted}")]


@pytest.mark.parametrize(("said", "wanted"), FAILED.items(), ids=list(FAILED.values()))
def test_a_task_that_could_not_look_at_all_is_no_failure_of_the_role(said: str, wanted: str) -> None:
    ((status, summary),) = told(TaskEvent(host="web1", task="Look", status="failed", msg=said, failed=True))
    assert status is Status.UNCHECKED
    assert wanted in summary


def test_another_failure_stays_an_error() -> None:
    said = "Timeout when waiting for 127.0.0.1:8000"
    assert told(TaskEvent(host="web1", task="Look", status="failed", msg=said, failed=True)) == [
        (Status.ERROR, f"Look failed: {said}")
    ]
