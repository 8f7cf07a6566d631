"""A private folder with a short path, for sockets, pipes and what must not touch a disk."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from muhtar.errors import DoorError
from muhtar.settings import home

__all__ = ["runtime_dir"]


def runtime_dir() -> Path:
    """The folder of this user and this state folder; made if missing, mode 700.

    In memory where the system offers that (XDG_RUNTIME_DIR, /dev/shm). Its path is short, because that of a Unix socket may have
    108 bytes only. Raises DoorError where somebody else has taken its name.
    """
    mark = hashlib.sha256(str(home()).encode()).hexdigest()[:8]
    path = _base() / f"muhtar-{os.getuid()}-{mark}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise DoorError("this folder is not ours alone", path=path, mend="remove it; somebody else made it or opened it")
    return path


def _base() -> Path:
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    for folder in (named, "/dev/shm"):  # noqa: S108 - what we make in it is private and checked
        if folder and len(folder) < 40 and os.access(folder, os.W_OK | os.X_OK):
            return Path(folder)
    return Path(tempfile.gettempdir())
