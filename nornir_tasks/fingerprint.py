"""Whether a running configuration is still the one that was read before."""

from __future__ import annotations

import hashlib

from nornir_tasks.conceal import conceal
from nornir_tasks.config_rules import rules_of
from nornir_tasks.steady import steady

__all__ = ["fingerprint"]


def fingerprint(text: str, platform: str) -> str:
    """SHA-256 (hex) of the lines that say something. Equal for two readings of a device that nobody changed between them.

    What varies by itself is left out by the rules that the history of configurations goes by (`rules/<platform>.yml`): clocks,
    sizes, certificates' bodies, and secrets that the device enciphers anew each time it shows them. Every other secret counts.
    Raises InventoryError for a platform without rules.
    """
    quiet = rules_of(platform).quiet
    trimmed = "\n".join(line.rstrip() for line in text.split("\n"))
    lines = steady(conceal(trimmed, platform, _told_apart), platform).split("\n")
    return _digest("\n".join(line for line in lines if not quiet.match(line)))


def _told_apart(_: str, secret: str) -> str:
    """A tag by which a secret is known again; it is digested once more with all the rest, and kept nowhere."""
    return _digest(secret)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
