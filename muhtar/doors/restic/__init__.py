"""The door to restic: where it runs, what it is told, what its exit codes and its JSON mean.

`Restic` speaks with one repository from one place: `OnHost` (the host whose data it is, over OpenSSH) or `Here` (this
machine). Credentials travel in the environment of the restic process only: never in argv, never in a file.
"""

from __future__ import annotations

from muhtar.doors.restic.client import Repository, Restic, Taken
from muhtar.doors.restic.codes import (
    NoRepositoryError,
    RepositoryLockedError,
    RepositoryRefusedError,
    RepositoryUnreachableError,
    ResticFailedError,
    WrongPasswordError,
)
from muhtar.doors.restic.damage import Checked
from muhtar.doors.restic.locks import Lock
from muhtar.doors.restic.look import Look, Servers
from muhtar.doors.restic.output import Progress, Snapshot, Summary
from muhtar.doors.restic.place import Here, OnHost, Place

__all__ = [
    "Checked",
    "Here",
    "Lock",
    "Look",
    "NoRepositoryError",
    "OnHost",
    "Place",
    "Progress",
    "Repository",
    "RepositoryLockedError",
    "RepositoryRefusedError",
    "RepositoryUnreachableError",
    "Restic",
    "ResticFailedError",
    "Servers",
    "Snapshot",
    "Summary",
    "Taken",
    "WrongPasswordError",
]
