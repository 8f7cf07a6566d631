"""From the bytes of a device to the text that is kept: readable, without secrets, without noise."""

from __future__ import annotations

import re

from muhtar.secrets import redact
from nornir_tasks.conceal import Tagger, conceal
from nornir_tasks.config_rules import rules_of
from nornir_tasks.steady import is_header, steady

__all__ = ["as_candidate", "count_lines", "kept_text", "readable", "significant"]

# Older devices keep what was typed into them. Of the single-byte encodings this is Latin-1 but for six letters, the Turkish ones.
FALLBACK = "iso8859-9"
# All but tab and line feed: they would speak to the reader's terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTINUED = re.compile(r"\\\n[ \t]*")


def readable(data: bytes) -> str:
    """The bytes as text. Each line is UTF-8, or else Latin-5; control characters are written as `^C` or `\\x9b`."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return "\n".join(_CONTROL.sub(_visible, _decoded(line)) for line in lines)


def as_candidate(data: bytes, platform: str) -> str:
    """A kept original as a driver takes it back: every character of it, without the lines that head a device's answer.

    A line that is not UTF-8 is Latin-5, as drivers read it too. Raises InventoryError for a platform without rules.
    """
    lines = (_decoded(line) for line in data.replace(b"\r\n", b"\n").split(b"\n"))
    return "\n".join(line for line in lines if not is_header(line, platform))


def kept_text(data: bytes, platform: str, tag: Tagger | None = None) -> str:
    """What the history keeps of a configuration: ends with one line feed, whatever it began with.

    Raises InventoryError for a platform without rules.
    """
    text = readable(data)
    if rules_of(platform).joins_lines:
        text = _CONTINUED.sub("", text)
    text = steady(redact(conceal(text, platform, tag)), platform)
    return text.strip("\n") + "\n"


def significant(text: str, platform: str) -> list[str]:
    """The lines of a kept text that say something."""
    quiet = rules_of(platform).quiet
    return [line.rstrip() for line in text.splitlines() if not quiet.match(line)]


def count_lines(data: bytes) -> int:
    """How many lines are not empty."""
    return sum(1 for line in data.split(b"\n") if line.strip())


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode(FALLBACK)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"^{chr(code + 64)}" if code < 32 else f"\\x{code:02x}"
