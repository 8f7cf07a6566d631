"""The one error tree: a message names what, where (file, line, key) and the mend."""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "DoorError",
    "InvalidReportError",
    "InventoryError",
    "LockedError",
    "MuhtarError",
    "NothingSelectedError",
    "ProcessFailedError",
    "ProcessTimeoutError",
    "RegisterError",
    "UnreachableError",
    "UsageError",
]


class MuhtarError(Exception):
    """Base of every error that Muhtar raises on purpose.

    `message` says what is wrong in one line; `path`, `line` and `key` say where; `mend` says what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        key: str | None = None,
        mend: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = str(path) if path is not None else None
        self.line = line
        self.key = key
        self.mend = mend

    def where(self) -> str:
        """`file:line key` as far as known, or an empty string."""
        place = self.path or ""
        if place and self.line is not None:
            place += f":{self.line}"
        return " ".join(part for part in (place, f"[{self.key}]" if self.key else "") if part)

    def __str__(self) -> str:
        where = self.where()
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n  mend: {self.mend}" if self.mend else text


class UsageError(MuhtarError):
    """The command was given something it does not take."""


class InventoryError(MuhtarError):
    """The inventory cannot be loaded, or selects nothing."""


class NothingSelectedError(InventoryError):
    """The selection is well-formed, but no host of the kind is in it. Where several kinds are asked for, others may be."""


class RegisterError(MuhtarError):
    """One or more entries of a register are wrong; `problems` holds them all, one error each."""

    def __init__(self, message: str, *, problems: list[MuhtarError] | None = None, **where: object) -> None:
        super().__init__(message, **where)  # type: ignore[arg-type]
        self.problems = problems or []

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"- {problem}" for problem in self.problems)])


class InvalidReportError(MuhtarError):
    """A report contradicts itself or lacks an outcome for something selected."""


class LockedError(MuhtarError):
    """Another run holds the lock."""


class DoorError(MuhtarError):
    """A program or a session that we use failed."""


class UnreachableError(DoorError):
    """The target did not answer: its checks are `unchecked`, not findings."""


class ProcessFailedError(DoorError):
    """A program ended with an exit code that means failure."""

    def __init__(self, message: str, *, returncode: int, output: str = "", **where: object) -> None:
        super().__init__(message, **where)  # type: ignore[arg-type]
        self.returncode = returncode
        self.output = output


class ProcessTimeoutError(DoorError):
    """A program did not end within its time and was killed with all its children."""
