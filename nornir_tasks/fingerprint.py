"""Whether a running configuration is still the one that was read before."""

from __future__ import annotations

import hashlib
import re

__all__ = ["fingerprint"]

# Lines that change although nobody configured anything: comments (with clocks and authors), sizes, a clock's own drift.
_VOLATILE = re.compile(
    r"\s*(?:[!#].*|Building configuration.*|Current configuration ?:.*|Using \d+ out of \d+ bytes.*"
    r"|ntp clock-period .*|Time: .*)?$"
)


def fingerprint(text: str) -> str:
    """SHA-256 (hex) of the lines that say something. Equal for two readings of a device that nobody changed between them."""
    lines = (line.rstrip() for line in text.splitlines() if not _VOLATILE.match(line))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
