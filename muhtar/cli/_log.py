"""The log file of a run: everything the program has to say, secrets cut out, the newest fifty kept."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from muhtar.errors import MuhtarError
from muhtar.secrets import redact
from muhtar.settings import home

__all__ = ["failure", "safe", "start"]

KEPT = 50


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _LogFile(logging.FileHandler):
    """A log that cannot be written is said once, and is no reason to stop what is logged."""

    _said = False

    def emit(self, record: logging.LogRecord) -> None:
        # The file is opened with the first record, and that is not among what logging itself takes care of.
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        del record
        if not self._said:
            self._said = True
            sys.stderr.write(f"the log {self.baseFilename} cannot be written: {redact(str(sys.exc_info()[1]))}\n")


def start(workflow: str) -> Path:
    """Open the log of this run and return its path. Raises MuhtarError where there can be no folder for it."""
    folder = home() / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("*.log"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        mend = "make room there, or set MUHTAR_HOME to a folder that can be written to"
        raise MuhtarError(f"the state folder cannot be used: {error.strerror}", path=folder, mend=mend) from error
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{workflow}-{os.getpid()}.log"
    handler = _LogFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    return path


def failure(error: BaseException) -> None:
    """Put an error with its traceback into the log."""
    logging.getLogger("muhtar").error("%s", error, exc_info=error)


def safe(text: str) -> str:
    """`text` without secrets."""
    return redact(text)
