"""The catalogue of misbehaviour: what a simulated switch can be told to do wrong, whatever its vendor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lab.simulators.settings import SettingsError

__all__ = ["DropConnectionError", "Faults"]

T = TypeVar("T")


class DropConnectionError(Exception):
    """The fault `drop_commit`: cut the connection here and now."""


@dataclass(frozen=True)
class Faults:
    """How the switch misbehaves.

    - `hang_login`: accept the connection and never answer.
    - `wrong_password`: refuse every login, as if the password had been changed.
    - `other_identity`: show another SSH host key or TLS certificate than the one that clients know.
    - `drop_commit`: cut the connection at a commit, `before` it takes effect or `after`; the client cannot tell which.
    - `delay`: seconds before every answer.
    - `refuse`: configuration lines that begin so are refused, with the vendor's words.
    - `truncate`: give only so many characters of any text output, without saying so.
    """

    hang_login: bool = False
    wrong_password: bool = False
    other_identity: bool = False
    drop_commit: str = ""
    delay: float = 0.0
    refuse: tuple[str, ...] = ()
    truncate: int = 0

    def __post_init__(self) -> None:
        if self.drop_commit not in ("", "before", "after"):
            raise SettingsError(f"drop_commit: must be 'before' or 'after', not {self.drop_commit!r}")
        if self.delay < 0 or self.truncate < 0:
            raise SettingsError("delay and truncate: must not be negative")

    def refuses(self, line: str) -> bool:
        """Whether this configuration line is one of those to refuse."""
        return any(line == refused or line.startswith(f"{refused} ") for refused in self.refuse)

    def shown(self, text: str) -> str:
        """What the client gets to see of an answer."""
        return text[: self.truncate] if self.truncate else text

    def committing(self, commit: Callable[[], T]) -> T:
        """Carry out a commit. Raises DropConnectionError where the connection is to break, before it or after."""
        if self.drop_commit == "before":
            raise DropConnectionError
        result = commit()
        if self.drop_commit == "after":
            raise DropConnectionError
        return result
