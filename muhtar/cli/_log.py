"""The log file of a run: everything the program has to say, secrets cut out, the newest fifty kept."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from muhtar.secrets import redact
from muhtar.settings import home

__all__ = ["failure", "safe", "start"]

KEPT = 50


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def start(workflow: str) -> Path:
    """Open the log of this run and return its path."""
    folder = home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[:-KEPT]:
        old.unlink(missing_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{workflow}-{os.getpid()}.log"
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
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
