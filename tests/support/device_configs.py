"""Sample configurations of every platform, with a canary wherever a vendor keeps a secret."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from nornir_tasks.config_rules import known_platforms

__all__ = ["PLATFORMS", "sample", "with_canaries"]

FOLDER = Path(__file__).resolve().parents[1] / "unit" / "nornir_tasks" / "samples"
PLATFORMS = known_platforms()


def sample(platform: str) -> str:
    """The sample of a platform as it stands in the file: CANARY marks a secret, or a part of one."""
    return (FOLDER / f"{platform}.conf").read_text(encoding="utf-8")


def with_canaries(text: str, seed: str = "Kn") -> tuple[str, list[str]]:
    """The text with every CANARY made a word that stands nowhere else; and those words."""
    counter = itertools.count(10001)
    canaries: list[str] = []

    def fresh(_: re.Match[str]) -> str:
        canaries.append(f"{seed}7q{next(counter)}")
        return canaries[-1]

    return re.sub("CANARY|CANA\\\\\n    RY", fresh, text), canaries
