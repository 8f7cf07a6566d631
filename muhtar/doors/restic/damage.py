"""What `restic check` and `restic find --pack` say of damage, as values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from muhtar.doors.restic.output import messages

__all__ = ["Checked", "checked", "hurt"]

_PACK = re.compile(r"\bpack ([0-9a-f]{64})\b")
_SNAPSHOT = re.compile(r"belongs to snapshot ([0-9a-f]{64})\b")
# What restic adds to its errors: advice, and the list of packs as one command line.
_ADVICE = ("The repository contains damaged", "The repository is damaged", "restic repair", "Damaged pack files can be")


@dataclass(frozen=True)
class Checked:
    """What a check saw: how many errors restic counts, the packs that it names as damaged or lost, and its words for them."""

    errors: int
    packs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def checked(stdout: str, stderr: str) -> Checked | None:
    """The summary of a check that came to its end; None where there is none: then nobody knows how the repository is."""
    for message in messages(stdout):
        if message.get("message_type") == "summary" and "num_errors" in message:
            words = _words(stderr)
            named = [str(pack) for pack in message.get("broken_packs") or ()]
            # A pack that is not there at all is in no list of restic's, only in its words.
            packs = dict.fromkeys([*named, *(pack for text in words for pack in _PACK.findall(text))])
            return Checked(int(message["num_errors"]), tuple(packs), words)
    return None


def hurt(stdout: str, stderr: str) -> set[str]:
    """Ids of the snapshots that need what `restic find --pack` was asked for.

    Where the pack holds folders, restic cannot read them and names their snapshots on stderr alone.
    """
    found = set(_SNAPSHOT.findall(stderr))
    for line in stdout.splitlines():
        if line.startswith("["):
            try:
                found |= {str(item["snapshot"]) for item in json.loads(line) if item.get("snapshot")}
            except (ValueError, AttributeError, TypeError):
                continue
    return found


def _words(stderr: str) -> tuple[str, ...]:
    texts = (str(message.get("message", "")) for message in messages(stderr) if message.get("message_type") == "error")
    clean = (" ".join(text.split()) for text in texts)
    return tuple(text for text in clean if text and not text.startswith(_ADVICE))
