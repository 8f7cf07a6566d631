"""Misbehaviour at run time: a control file, read again whenever it changes, says how the simulator misbehaves now."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Generic, TypeVar

from lab.simulators.settings import SettingsError, build, read_json

__all__ = ["Control"]

T = TypeVar("T")
log = logging.getLogger(__name__)


class Control(Generic[T]):
    """The faults in force. Without a file, or where it is gone again, those of the settings hold; a broken one is ignored."""

    def __init__(self, kind: type[T], default: T, path: Path | None = None) -> None:
        self._kind = kind
        self._default = default
        self._path = path
        self._current = default
        self._stamp: tuple[int, int, int] | None = None

    def read(self) -> T:
        """The faults as they are to be now."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            self._current = self._load() if stamp else self._default
        return self._current

    def _look(self) -> tuple[int, int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _load(self) -> T:
        if self._path is None:
            return self._default
        try:
            current = build(self._kind, read_json(self._path), str(self._path))
        except SettingsError as error:
            # Half-written by an editor, or wrong: going on as before beats dying in the middle of a lesson.
            log.warning("control file ignored: %s", error)
            return self._current
        log.info("control file read: %s", current)
        return current
