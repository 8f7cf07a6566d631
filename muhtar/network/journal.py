"""What was changed, when, by whom and why, and how each device came out of it: the memory that a rollback reads.

One JSON line an event, appended whole and flushed to the disk before the next step, so that a kill at any moment loses nothing
that a device went through. What devices ran is kept beside it, sealed in the site's vault.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from muhtar.errors import MuhtarError
from muhtar.network.plan import Plan, author, new_id
from muhtar.settings import Site, atomic_write, home, locked
from muhtar.vault import Vault, VaultError
from nornir_tasks.fingerprint import fingerprint

__all__ = ["Change", "DeviceChange", "Journal", "JournalError", "State"]

# Long enough for other writers, each of which takes milliseconds.
_WAIT = 30.0


class JournalError(MuhtarError):
    """The journal, or what it keeps, cannot be read."""


class State(StrEnum):
    """How a device came out of a change. `begun`: the run ended before it could say. `failed`: nobody saw in which state."""

    BEGUN = "begun"
    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken back"
    LEFT = "left to its timer"
    FAILED = "failed"


@dataclass
class DeviceChange:
    """A device's part of a change; `before` and `after` are files of what it ran, None where none was kept."""

    name: str
    platform: str
    state: State
    at: datetime
    before: Path
    before_hash: str
    after: Path | None = None
    after_hash: str | None = None
    after_at: datetime | None = None


@dataclass
class Change:
    """One run that set out to change devices; `devices` are those that it began to change."""

    id: str
    at: datetime
    by: str
    kind: str
    about: str
    ticket: str | None = None
    undoes: str | None = None
    devices: dict[str, DeviceChange] = field(default_factory=dict)


class Journal:
    """The changes of one site. Any number of runs may write at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.folder = home() / "network" / site.name
        self.path = self.folder / "journal.jsonl"

    def writer(self, plan: Plan) -> Writer:
        """For a run that is about to carry out `plan`. Raises VaultError where the site has no vault."""
        return Writer(self, Vault.of(self._site), plan)

    def append(self, entry: dict[str, Any]) -> None:
        """Add one event, and see it on the disk. A line that a kill tore is cut off first."""
        line = json.dumps({**entry, "at": datetime.now(UTC).isoformat()}, ensure_ascii=False) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(f"network-journal-{self._site.name}", wait=_WAIT), self.path.open("a+b") as stream:
            self.path.chmod(0o600)
            _cut_torn(stream)
            stream.write(line.encode())
            stream.flush()
            os.fsync(stream.fileno())

    def changes(self) -> list[Change]:
        """All changes, the oldest first. Raises JournalError for a line that is none."""
        found: dict[str, Change] = {}
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise JournalError(f"cannot be read: {error.strerror}", path=self.path) from error
        # What stands after the last line end was torn by a kill: the event that it would have told did not come about.
        for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), 1):
            try:
                self._take(json.loads(line), found)
            except (ValueError, KeyError, TypeError) as error:
                raise JournalError(
                    f"is no event of this version: {error}", path=self.path, line=number, mend="remove the line, or the file"
                ) from error
        return list(found.values())

    def opened(self, path: Path) -> bytes:
        """The configuration that a file of the journal keeps, byte for byte."""
        try:
            return Vault.of(self._site).open(path.read_text(encoding="ascii"))
        except (OSError, UnicodeError) as error:
            raise JournalError(f"a kept configuration cannot be read: {error}", path=path) from error
        except VaultError as error:
            raise JournalError(error.message, path=path, mend=error.mend) from error

    def _take(self, entry: dict[str, Any], found: dict[str, Change]) -> None:
        at = datetime.fromisoformat(entry["at"])
        match entry["event"]:
            case "change":
                found[entry["id"]] = Change(
                    entry["id"], at, entry["by"], entry["kind"], entry["about"], entry.get("ticket"), entry.get("undoes")
                )
            case "begun":
                found[entry["change"]].devices[entry["device"]] = DeviceChange(
                    entry["device"], entry["platform"], State.BEGUN, at, self.folder / entry["file"], entry["hash"]
                )
            case "ended":
                device = found[entry["change"]].devices[entry["device"]]
                device.state = State(entry["state"])
                if entry.get("file"):
                    device.after, device.after_hash, device.after_at = self.folder / entry["file"], entry["hash"], at
            case other:
                raise ValueError(f"event {other!r}")


def _cut_torn(stream: IO[bytes]) -> None:
    """Take away what a kill left of a line, and stand at the end."""
    end = stream.seek(0, os.SEEK_END)
    if not end:
        return
    stream.seek(end - 1)
    if stream.read(1) != b"\n":
        stream.seek(0)
        stream.truncate(stream.read().rfind(b"\n") + 1)
        stream.seek(0, os.SEEK_END)


class Writer:
    """One run's pen; `id` names the change. A run that changes nothing writes nothing."""

    def __init__(self, journal: Journal, vault: Vault, plan: Plan) -> None:
        self.id = new_id()
        self._journal = journal
        self._vault = vault
        self._plan = plan
        self._lock = threading.Lock()
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether any device was begun."""
        return self._begun

    def begin(self, device: str, running: str) -> None:
        """A device of the plan is about to be changed from `running`, which is kept first. Threads may call at once."""
        with self._lock:
            if not self._begun:
                plan = self._plan
                self._journal.append(
                    {
                        "event": "change",
                        "id": self.id,
                        "plan": plan.id,
                        "planned_by": plan.by,
                        "by": author(),
                        "kind": str(plan.kind),
                        "about": plan.about,
                        "ticket": plan.ticket,
                        "undoes": plan.undoes,
                    }
                )
                self._begun = True
        self._journal.append(
            {
                "event": "begun",
                "change": self.id,
                "device": device,
                "platform": self._platform(device),
                "file": self._keep(device, "before", running),
                "hash": fingerprint(running, self._platform(device)),
            }
        )

    def end(self, device: str, state: State, running: str = "") -> None:
        """The device came out so; `running` is what it runs now, where that was seen."""
        kept = {}
        if running:
            kept = {"file": self._keep(device, "after", running), "hash": fingerprint(running, self._platform(device))}
        self._journal.append({"event": "ended", "change": self.id, "device": device, "state": str(state), **kept})

    def _platform(self, device: str) -> str:
        return self._plan.device(device).platform

    def _keep(self, device: str, when: str, running: str) -> str:
        """What a device ran, sealed; the place is relative to the journal's folder."""
        name = f"kept/{self.id}/{device}-{when}.vault"
        with atomic_write(self._journal.folder / name, mode=0o600) as stream:
            stream.write(self._vault.seal(running.encode("utf-8", "surrogateescape")))
        return name
