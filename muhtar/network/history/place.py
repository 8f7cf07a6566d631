"""Where the history is on this machine, and the key of its tags."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from muhtar.errors import MuhtarError
from muhtar.settings import home
from nornir_tasks.conceal import Tagger

__all__ = ["folder", "tagger"]

_KEY_BYTES = 32
# 32 bits: that a changed secret keeps its tag happens once in four thousand million times.
_TAG_DIGITS = 8


def folder() -> Path:
    """`<home>/network-history/`, for its owner alone."""
    path = home() / "network-history"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def tagger(site: str, device: str) -> Tagger:
    """Tags of one device's secrets: the same secret in the same line gives the same tag, in another line or device another.

    They are a MAC under a key of this machine, so who reads the history can neither test guesses nor see that two devices share
    a password. Without the key (a new machine), every tag changes once.
    """
    key = _key()
    device_key = hmac.digest(key, f"{site}\0{device}".encode(), hashlib.sha256)

    def tag(before: str, secret: str) -> str:
        return hmac.digest(device_key, f"{before}\0{secret}".encode(errors="surrogateescape"), hashlib.sha256).hex()[:_TAG_DIGITS]

    return tag


def _key() -> bytes:
    """The key, made when it is first needed. Raises MuhtarError for one that others may read, or that is cut off."""
    path = folder() / "tag.key"
    if not path.exists():
        _make(path)
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise MuhtarError(f"others may read the key of the history (mode {mode:o})", path=path, mend=f"chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise MuhtarError(
            f"has {len(key)} bytes, not {_KEY_BYTES}", path=path, mend="delete it: a new one marks every secret as changed"
        )
    return key


def _make(path: Path) -> None:
    """Write a new key aside, and link it into its place: whoever comes first wins, and no half key is ever seen."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink(missing_ok=True)
