"""What restic prints with --json, as values. Messages and fields that are not known here may appear at any time: ignored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from muhtar.errors import DoorError

__all__ = ["Progress", "Snapshot", "Summary", "last_words", "progress", "snapshots", "summary", "unread"]


@dataclass(frozen=True)
class Progress:
    """How far a backup or restore is: `share` of 0 to 1, files and bytes done."""

    share: float
    files: int
    bytes: int


@dataclass(frozen=True)
class Summary:
    """The last word of a backup: files and bytes of the source, bytes that were new to the repository, the snapshot."""

    snapshot: str
    files: int
    bytes: int
    added: int


@dataclass(frozen=True)
class Snapshot:
    """A snapshot as the repository lists it. `files` and `bytes` are of the source; `time` is UTC.

    Against the snapshot before: `changed` files are new or different; `added` bytes were new to the repository, and take
    `packed` bytes there, compressed.
    """

    id: str
    time: datetime
    host: str
    tags: tuple[str, ...]
    paths: tuple[str, ...]
    files: int
    bytes: int
    changed: int = 0
    added: int = 0
    packed: int = 0

    def tag(self, key: str) -> str | None:
        """The value of the tag `key:value`."""
        return next((tag.partition(":")[2] for tag in self.tags if tag.startswith(f"{key}:")), None)


def progress(line: str) -> Progress | None:
    """The progress that a line of stdout tells, if it does."""
    message = _message(line)
    if not message or message.get("message_type") != "status":
        return None
    return Progress(
        share=float(message.get("percent_done", 0.0)),
        files=int(message.get("files_done", message.get("files_restored", 0))),
        bytes=int(message.get("bytes_done", message.get("bytes_restored", 0))),
    )


def summary(stdout: str) -> Summary:
    """The summary of a backup that ended. Raises DoorError where there is none, or it names no snapshot."""
    for message in _messages(stdout):
        if message.get("message_type") == "summary" and message.get("snapshot_id"):
            return Summary(
                snapshot=str(message["snapshot_id"]),
                files=int(message.get("total_files_processed", 0)),
                bytes=int(message.get("total_bytes_processed", 0)),
                added=int(message.get("data_added_packed", message.get("data_added", 0))),
            )
    raise DoorError("restic ended without saying which snapshot it took", mend="see the log")


def snapshots(stdout: str) -> list[Snapshot]:
    """The repository's list, oldest first. Raises DoorError where it is not one."""
    try:
        found = json.loads(stdout)
        if not isinstance(found, list):
            raise TypeError(type(found).__name__)  # noqa: TRY301 - one way out for all that is not understood
        return sorted((_snapshot(item) for item in found), key=lambda item: item.time)
    except (ValueError, KeyError, TypeError) as error:
        raise DoorError(f"restic's list of snapshots is not understood: {error!r}", mend="see the log") from error


def unread(stderr: str) -> list[str]:
    """What a backup could not read, one line each."""
    found = []
    for message in _messages(stderr):
        if message.get("message_type") == "error":
            text = str((message.get("error") or {}).get("message", "cannot be read"))
            item = str(message.get("item", ""))
            found.append(text if item in text else f"{item}: {text}")
    return found


def last_words(stderr: str) -> str:
    """The message of the final `exit_error`, else the last line that says something."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    for line in reversed(lines):
        message = _message(line)
        if message and message.get("message_type") == "exit_error":
            text = " ".join(str(message.get("message", "")).split())
            # "context canceled" is our own time limit; the line before says what restic was waiting for.
            if "context canceled" not in text:
                return _short(text)
    for line in reversed(lines):
        if not _message(line) and "signal terminated received" not in line:
            return _short(line)
    return _short(lines[-1]) if lines else "it said nothing"


def _short(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:400]} …"


def _snapshot(item: dict[str, Any]) -> Snapshot:
    counts = item.get("summary") or {}
    return Snapshot(
        id=str(item["id"]),
        time=datetime.fromisoformat(item["time"]).astimezone(UTC),
        host=str(item["hostname"]),
        tags=tuple(item.get("tags") or ()),
        paths=tuple(item.get("paths") or ()),
        files=int(counts.get("total_files_processed", 0)),
        bytes=int(counts.get("total_bytes_processed", 0)),
        changed=int(counts.get("files_new", 0)) + int(counts.get("files_changed", 0)),
        added=int(counts.get("data_added", 0)),
        packed=int(counts.get("data_added_packed", 0)),
    )


def _messages(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if message := _message(line):
            yield message


def _message(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
