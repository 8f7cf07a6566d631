"""One thing that does not run as declared, in words that hold no secret. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Difference", "differing"]


@dataclass(frozen=True)
class Difference:
    """What is not as it should be: `subject` names the thing within the PBX, `key` the variable that states the intent.

    `unknown` says that it could not be told; `mend` is what helps where running the roles again does not.
    """

    subject: str
    summary: str
    wanted: str
    found: str
    key: str = "asterisk_extensions"
    unknown: bool = False
    mend: str | None = None


def differing(subject: str, key: str, sides: Mapping[str, tuple[str, str]]) -> Difference | None:
    """One difference of all sides (name → wanted, found) whose two values are not the same; None where all are."""
    apart = {name: pair for name, pair in sides.items() if pair[0] != pair[1]}
    if not apart:
        return None
    return Difference(
        subject,
        f"{', '.join(apart)} not as declared",
        "\n".join(f"{name}: {pair[0] or '(empty)'}" for name, pair in apart.items()),
        "\n".join(f"{name}: {pair[1] or '(empty)'}" for name, pair in apart.items()),
        key,
    )
