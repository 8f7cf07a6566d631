"""What an exit code of restic means, in one place. A code that is not named here is a failure."""

from __future__ import annotations

from muhtar.doors.restic.output import last_words
from muhtar.errors import DoorError, MuhtarError, ProcessFailedError, ProcessTimeoutError, UnreachableError

__all__ = [
    "COMPLETE",
    "FAILED",
    "INCOMPLETE",
    "NoRepositoryError",
    "RepositoryLockedError",
    "RepositoryRefusedError",
    "RepositoryUnreachableError",
    "ResticFailedError",
    "WrongPasswordError",
    "failure",
    "no_answer",
]

COMPLETE = 0
# Whatever has no code of its own; a check that found errors, too.
FAILED = 1
# A backup that wrote its snapshot, but could not read all of its source.
INCOMPLETE = 3

_GO_RUNTIME = 2
_NO_REPOSITORY = 10
_LOCKED = 11
_WRONG_PASSWORD = 12
_INTERRUPTED = 130
# Not restic's own: coreutils' timeout (and the kill that follows it), the shell, and OpenSSH.
_TIMED_OUT = (124, 137)
_NOT_FOUND = (126, 127)
_SSH = 255

_NO_ANSWER = ("dial tcp", "connection refused", "no route to host", "no such host", "i/o timeout", "connection reset")
_NOT_TRUSTED = ("x509:", "failed to verify certificate", "tls: ")
_FULL = ("no space left on device", "disk quota exceeded", "507 Insufficient Storage")
_REFUSED = ("401 Unauthorized", "403 Forbidden")


class ResticFailedError(ProcessFailedError):
    """restic failed; `returncode` and `output` say how."""


class NoRepositoryError(ResticFailedError):
    """There is no repository at that place yet."""


class RepositoryLockedError(ResticFailedError):
    """Another restic holds the repository and did not let go in time."""


class WrongPasswordError(ResticFailedError):
    """The repository's password is not the one that we have."""


class RepositoryRefusedError(ResticFailedError):
    """The repository server does not let this user in, or not do this."""


class RepositoryUnreachableError(UnreachableError):
    """The repository server does not answer."""


def failure(code: int, stderr: str, *, where: str, seconds: float) -> MuhtarError | None:
    """The error that a code other than 0 and 3 stands for, ready to be raised; None for those two.

    `where` names the machine that restic ran on; `seconds` is the time limit it had.
    """
    if code in (COMPLETE, INCOMPLETE):
        return None
    said = last_words(stderr)
    if code == _SSH:
        return _ssh(where, said)
    if code in _TIMED_OUT:
        return _full(where, code, stderr) or _timed_out(where, stderr, said, seconds)
    if code in _NOT_FOUND:
        return DoorError(f"{where} has no restic: {said}", mend="install it: ./inv provision --limit HOST --apply")
    if code == FAILED and (known := _by_words(where, stderr, said)):
        return known
    kind, text, mend = _MEANINGS.get(code, (ResticFailedError, f"restic ended with the unknown code {code}", None))
    return kind(f"{where}: {text}: {said}", returncode=code, output=stderr[-4000:], mend=mend)


def no_answer(stderr: str) -> bool:
    """Whether restic says that its server did not answer: what it then misses is not damaged."""
    return any(word in stderr.lower() for word in _NO_ANSWER)


_MEANINGS: dict[int, tuple[type[ResticFailedError], str, str | None]] = {
    FAILED: (ResticFailedError, "restic failed", None),
    _GO_RUNTIME: (ResticFailedError, "restic crashed", "see the log; free memory, or update restic"),
    _NO_REPOSITORY: (NoRepositoryError, "there is no repository", "the first ./inv backup.run makes it"),
    _LOCKED: (RepositoryLockedError, "the repository is locked", "wait for the other run; restic list locks names its holder"),
    _WRONG_PASSWORD: (
        WrongPasswordError,
        "the repository has another password, or has lost its key",
        "put the password it was made with back into the vault; if it is that, see docs/backup.md, Keys",
    ),
    _INTERRUPTED: (ResticFailedError, "restic was interrupted", "run it again: what was written is not written twice"),
}


def _ssh(where: str, said: str) -> MuhtarError:
    if "host key verification failed" in said.lower():
        return DoorError(f"{where} shows a host key that is not the pinned one", mend="find out why before anything else")
    return UnreachableError(f"{where} does not answer over SSH: {said}")


def _full(where: str, code: int, stderr: str) -> MuhtarError | None:
    """A disk without room: restic's own last words are about what it gave up then."""
    said = [line for line in stderr.splitlines() if any(word in line for word in _FULL)]
    if not said:
        return None
    mend = "make room: a path is of that machine itself, 507 is the answer of a server whose own disk is full"
    return ResticFailedError(
        f"{where}: a disk is full: {last_words(said[-1])}", returncode=code, output=stderr[-4000:], mend=mend
    )


def _timed_out(where: str, stderr: str, said: str, seconds: float) -> MuhtarError:
    # restic tries for a quarter of an hour to reach its server: what it last said tells why the time ran out.
    if any(word in stderr for word in _NOT_TRUSTED):
        return _untrusted(where, said)
    if no_answer(stderr):
        return RepositoryUnreachableError(f"the repository server does not answer {where}: {said}")
    return ProcessTimeoutError(
        f"{where}: restic did not end within {seconds:.0f} s: {said}", mend="raise the source's time limit"
    )


def _by_words(where: str, stderr: str, said: str) -> MuhtarError | None:
    """Code 1 says only "failed"; the words of a few failures are worth telling apart."""
    if any(word in stderr for word in _REFUSED):
        return RepositoryRefusedError(
            f"{where}: the repository server refuses this user: {said}",
            returncode=FAILED,
            output=stderr[-4000:],
            mend="the server's users come from the vault: ./inv provision --limit backup --apply",
        )
    if full := _full(where, FAILED, stderr):
        return full
    if any(word in stderr for word in _NOT_TRUSTED):
        return _untrusted(where, said)
    if "Fatal:" in stderr and no_answer(stderr):
        return RepositoryUnreachableError(f"the repository server does not answer {where}: {said}")
    return None


def _untrusted(where: str, said: str) -> DoorError:
    return DoorError(f"{where} does not trust the repository server's certificate: {said}", mend="renew it: role tls")
