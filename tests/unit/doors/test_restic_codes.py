"""What restic's exit codes mean; the stderr texts are restic 0.18's and OpenSSH's own."""

from __future__ import annotations

import json

import pytest

from muhtar.doors.restic import (
    NoRepositoryError,
    RepositoryLockedError,
    RepositoryRefusedError,
    RepositoryUnreachableError,
    ResticFailedError,
    WrongPasswordError,
)
from muhtar.doors.restic.codes import failure
from muhtar.errors import DoorError, ProcessTimeoutError, UnreachableError

URL = 'Head "https://web1:***@10.0.0.35:8000/web1/config"'
RETRY = f"Stat(<config/>) returned error, retrying after 17.2s: {URL}: "
CANCELED = json.dumps({"message_type": "exit_error", "code": 1, "message": "Fatal: unable to open config file: context canceled"})
REFUSED = RETRY + "dial tcp 10.0.0.35:8000: connect: connection refused\n"
FULL_SERVER = (
    "Save(<data/8f084572cf>) returned error, retrying after 1.8s: unexpected HTTP response (507): 507 Insufficient Storage\n"
)
CERTIFICATE = RETRY + "tls: failed to verify certificate: x509: certificate signed by unknown authority\n"
HTTP_401 = json.dumps(
    {
        "message_type": "exit_error",
        "code": 1,
        "message": "Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized",
    }
)

MEANINGS = [
    (1, "Fatal: create repository failed", ResticFailedError),
    (1, HTTP_401, RepositoryRefusedError),
    (1, f"Fatal: unable to open config file: {URL}: dial tcp: connect: no route to host", RepositoryUnreachableError),
    (2, "panic: runtime error", ResticFailedError),
    (10, "Fatal: repository does not exist", NoRepositoryError),
    (11, "unable to create lock in backend", RepositoryLockedError),
    (12, "Fatal: wrong password or no key found", WrongPasswordError),
    (124, REFUSED + CANCELED, RepositoryUnreachableError),
    (137, REFUSED, RepositoryUnreachableError),
    (124, CERTIFICATE + CANCELED, DoorError),
    (124, "", ProcessTimeoutError),
    (127, "timeout: failed to run command 'restic': No such file or directory", DoorError),
    (130, "", ResticFailedError),
    (255, "ssh: connect to host 10.0.0.32 port 22: No route to host", UnreachableError),
    (255, "Host key verification failed.", DoorError),
    (77, "a code of a later version", ResticFailedError),
]


@pytest.mark.parametrize(("code", "stderr", "kind"), MEANINGS)
def test_each_code_has_its_error(code: int, stderr: str, kind: type[Exception]) -> None:
    error = failure(code, stderr, where="web1", seconds=25)
    assert type(error) is kind
    assert "web1" in str(error)


@pytest.mark.parametrize(
    ("code", "stderr", "named"),
    [
        (124, FULL_SERVER + CANCELED, "507 Insufficient Storage"),
        (1, FULL_SERVER + CANCELED, "507 Insufficient Storage"),
        (1, "Fatal: unable to save snapshot: write /tmp/restic-temp-pack-1: no space left on device", "/tmp/restic-temp-pack-1"),
    ],
)
def test_a_full_disk_is_named_whatever_restic_said_last(code: int, stderr: str, named: str) -> None:
    error = failure(code, stderr, where="web1", seconds=25)
    assert isinstance(error, ResticFailedError)
    assert "a disk is full" in error.message
    assert named in error.message


@pytest.mark.parametrize("code", [0, 3])
def test_a_snapshot_that_was_written_is_no_failure(code: int) -> None:
    assert failure(code, "something on stderr", where="web1", seconds=25) is None


def test_an_unknown_code_is_a_failure_that_says_so() -> None:
    assert "unknown code 42" in str(failure(42, "", where="web1", seconds=1))


def test_why_the_server_was_not_reached_is_told() -> None:
    error = failure(124, REFUSED + CANCELED, where="web1", seconds=25)
    assert "connection refused" in str(error)
    assert "context canceled" not in str(error)
