"""Configurations and their diffs without what must not be seen, whoever wrote it there: the vault knows only our own secrets."""

from __future__ import annotations

import re

from napalm_frr.sanitize import REMOVED, sanitize

__all__ = ["conceal"]

# IOS-like platforms: the keyword, an optional type of hash, the value.
_SECRETS = re.compile(
    r"(?mi)\b(?P<before>(?:secret|password|key|community|key-string|passphrase|md5)(?: +(?:sha512|sha256|md5|[0-9]))?) +\S+"
)


def conceal(text: str, platform: str | None) -> str:
    """`text` with passwords, keys and communities replaced by `<removed>`."""
    if platform == "frr":
        return sanitize(text)
    return _SECRETS.sub(rf"\g<before> {REMOVED}", text)
