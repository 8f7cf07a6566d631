"""The switch's flash: what survives a restart. Files are written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Flash", "FlashError"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


class FlashError(Exception):
    """A file is not there, or its name is none."""


class Flash:
    """A folder of text files on one or more drives: `flash:rollback-0` is the file `flash/rollback-0` in it.

    Bytes that are no UTF-8 survive as surrogates.
    """

    def __init__(self, folder: Path, drives: tuple[str, ...] = ("flash", "checkpoint")) -> None:
        self._folder = folder
        self._drives = drives
        for drive in drives:
            (folder / drive).mkdir(parents=True, exist_ok=True)

    def exists(self, url: str) -> bool:
        """Whether there is such a file."""
        return self._path(url).is_file()

    def read(self, url: str) -> str:
        """The text of a file. Raises FlashError."""
        path = self._path(url)
        try:
            return path.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            raise FlashError(f"{url} (No such file or directory)") from None

    def write(self, url: str, text: str) -> None:
        """Put a file in place at once: a kill at any moment leaves the old one or the new one."""
        path = self._path(url)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def delete(self, url: str) -> None:
        """Remove a file. Raises FlashError."""
        try:
            self._path(url).unlink()
        except FileNotFoundError:
            raise FlashError(f"{url} (No such file or directory)") from None

    def listing(self, drive: str) -> list[tuple[str, int, datetime]]:
        """Name, size in bytes and time of change (UTC) of each file of a drive."""
        found = sorted(path for path in (self._folder / drive).iterdir() if not path.name.startswith("."))
        return [(path.name, path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime, UTC)) for path in found]

    def changed(self, url: str) -> datetime:
        """When a file was written last, UTC. Raises FlashError."""
        path = self._path(url)
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            raise FlashError(f"{url} (No such file or directory)") from None

    def _path(self, url: str) -> Path:
        drive, _, name = url.rpartition(":")
        if drive not in self._drives or not _NAME.fullmatch(name.removeprefix("/")):
            raise FlashError(f"{url} (Invalid argument)")
        return self._folder / drive / name.removeprefix("/")
