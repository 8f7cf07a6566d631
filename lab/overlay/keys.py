"""SSH keys of the lab: one for who manages it, one for each host, all made before anything starts, so all are pinned."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muhtar.settings import atomic_write

__all__ = ["ensure_key", "public_of"]


def ensure_key(path: Path, comment: str) -> str:
    """Make an Ed25519 key at `path` (mode 0600) and `path`.pub unless it is there; returns the public line."""
    if not path.is_file():
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        ).decode()
        with atomic_write(path, mode=0o600) as stream:
            stream.write(private)
    public = f"{public_of(path)} {comment}"
    pub = path.with_name(f"{path.name}.pub")
    if not pub.is_file() or pub.read_text(encoding="utf-8").strip() != public:
        with atomic_write(pub) as stream:
            stream.write(public + "\n")
    return public


def public_of(path: Path) -> str:
    """`ssh-ed25519 AAAA…` of a private key file."""
    key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
